#!/usr/bin/env bash
# Drives the extension in a real VS Code: `tests/editors/vscode.sh [PROGRAM]`, which is `target/debug/lunora-advisor` if not said.
#
# Needs Node.js 20, Chromium, and, the first time, a C++ compiler, Python and about two minutes, to put code-server into `target/editors`. Pictures
# of each step are in `target/editors/pictures`.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=$(realpath "${1:-target/debug/lunora-advisor}")
editors=$PWD/target/editors
mkdir -p "$editors"

tests/editors/vscode/install.sh "$editors/vscode"
# Modules are found from where the script lies, so the scripts go beside what is installed.
cp tests/editors/vscode/*.mjs "$editors/vscode/"
(
    cd editors/vscode
    [[ -d node_modules ]] || npm ci --no-audit --no-fund --loglevel=error
    npm run --silent package -- --out "$editors/lunora-advisor.vsix" >"$editors/package.log" 2>&1 || { cat "$editors/package.log"; exit 1; }
)
node "$editors/vscode/drive.mjs" --program "$program" --vsix "$editors/lunora-advisor.vsix" --code "$editors/vscode" --example examples/chat \
    --pictures "$editors/pictures"
