#!/usr/bin/env bash
# Puts a real VS Code (code-server) and what drives it into FOLDER, from the npm registry alone: no browser, no editor and no
# tool is fetched from anywhere else. Needs Node.js 20, a C++ compiler, make and Python. A folder that is complete is left as it is.
set -euo pipefail

folder=$(realpath -m "${1:?usage: install.sh FOLDER}")
here=$(cd "$(dirname "$0")" && pwd)
done_mark=$folder/.installed
wanted=$(cat "$here/package.json" "$here/package-lock.json" "$0" | sha256sum)
if [[ -f $done_mark && $(cat "$done_mark") == "$wanted" ]]; then exit 0; fi

rm -rf "$folder"
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder/"
cd "$folder"

# The install scripts of VS Code fetch ripgrep from GitHub and build modules that nothing here uses (Kerberos), so none of them runs:
# what is needed is built below, and ripgrep comes as a package.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
code=$PWD/node_modules/code-server/lib/vscode
for part in "$code" "$code/extensions"; do # not `npm ci`: the lockfiles that code-server carries lack what other platforms need
    (cd "$part" && npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error)
done

node_gyp=$(dirname "$(readlink -f "$(command -v npm)")")/../node_modules/node-gyp/bin/node-gyp.js
# Headers beside the running Node.js, where its packages put them, spare a download.
prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
headers=()
if [[ -f $prefix/include/node/node_version.h ]]; then headers=(--nodedir="$prefix"); fi

build() { (cd "$1" && node "$node_gyp" rebuild --loglevel=error "${headers[@]}" >build.log 2>&1) || { tail -n 30 "$1/build.log"; exit 1; }; }
for module in @vscode/spdlog native-watchdog node-pty @vscode/deviceid; do build "$code/node_modules/$module"; done
(cd node_modules/argon2 && npm_config_nodedir=${headers:+$prefix} ../.bin/node-pre-gyp rebuild --build-from-source >build.log 2>&1)

mkdir -p "$code/node_modules/@vscode/ripgrep/bin"
ln -sf "$PWD"/node_modules/@vscode/ripgrep-linux-*/bin/rg "$code/node_modules/@vscode/ripgrep/bin/rg"
ln -sf code-linux.sh "$code/bin/remote-cli/code-server"
ln -sf browser-linux.sh "$code/bin/helpers/browser.sh"
echo "$wanted" >"$done_mark"
