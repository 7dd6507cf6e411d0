"""The measurements of the project: each says what it does and does not include, and can come out badly."""
