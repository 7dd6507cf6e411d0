@echo off
rem Muster's launcher for Windows: makes the environment in .venv when it is missing, then hands over to main.py.
rem What it says goes to standard error, so that the commands' own output stays clean.
setlocal EnableExtensions DisableDelayedExpansion
set "HERE=%~dp0"
set "VENV=%HERE%.venv"
set "LOCK=%HERE%requirements.lock"
set "STAMP=%VENV%\made-from.lock"
set "BUSY=%HERE%.venv.busy"
set "PYTHONUTF8=1"

call :ready && goto start

rem A folder can be made by one start only: it keeps a second one from making the same environment.
md "%BUSY%" 2>nul
if errorlevel 1 (
    echo muster: another start is making the environment; if none is running, delete "%BUSY%" and start again 1>&2
    exit /b 1
)
call :prepare
set "RESULT=%ERRORLEVEL%"
rd "%BUSY%" 2>nul
if not "%RESULT%"=="0" exit /b 1

:start
"%VENV%\Scripts\python.exe" "%HERE%main.py" %*
exit /b %ERRORLEVEL%

:ready
if not exist "%VENV%\Scripts\python.exe" exit /b 1
if not exist "%STAMP%" exit /b 1
fc /b "%LOCK%" "%STAMP%" >nul 2>nul
exit /b %ERRORLEVEL%

:prepare
set "PY="
for %%V in (3.13 3.12 3.11) do call :try py -%%V
if not defined PY call :try python
if not defined PY (
    echo muster: needs Python 3.11, 3.12 or 3.13 and finds none; install one and start again 1>&2
    exit /b 1
)
echo muster: making the environment in .venv with %PY% 1>&2
rem --clear takes the stamp away: until it is written again the environment counts as unfinished.
%PY% -m venv --clear "%VENV%" 1>&2
if errorlevel 1 (
    echo muster: the environment could not be made, see above 1>&2
    exit /b 1
)
echo muster: installing the locked libraries, about 150 MB to fetch; this happens once 1>&2
"%VENV%\Scripts\python.exe" -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: -r "%LOCK%" 1>&2
if errorlevel 1 (
    echo muster: the libraries could not be installed, see above; check the network and start again 1>&2
    exit /b 1
)
copy /b /y "%LOCK%" "%STAMP%" >nul
if errorlevel 1 (
    echo muster: "%STAMP%" could not be written 1>&2
    exit /b 1
)
echo muster: ready 1>&2
exit /b 0

rem Keeps the words of %* as PY when they start a Python Muster can live in.
:try
if defined PY exit /b 0
%* -c "import ssl, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>nul
if not errorlevel 1 set "PY=%*"
exit /b 0
