"""What the interface is about, one file each: its shapes, its routes and what they answer."""
