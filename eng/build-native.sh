#!/usr/bin/env bash
# Builds standins/TorchSharp/native into artifacts/native/libtorchshim.so; does nothing when that is newer than its sources.
# Another libtorch than the distribution's: TORCH_DIR=/path/to/libtorch eng/build-native.sh (or CMAKE_PREFIX_PATH).
# --bench also builds the C++ side of bench/TorchStep.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source_dir="$root/standins/TorchSharp/native"
build_dir="$root/artifacts/native"
products=("$build_dir/libtorchshim.so")
sources=("$source_dir" "${BASH_SOURCE[0]}")
options=(-DCMAKE_BUILD_TYPE=Release -DTORCHSHIM_BENCH=OFF)

if [[ "${1:-}" == "--bench" ]]; then
    products+=("$build_dir/bench/torch-step")
    sources+=("$root/bench/native")
    options=(-DCMAKE_BUILD_TYPE=Release -DTORCHSHIM_BENCH=ON)
fi
if [[ -n "${TORCH_DIR:-}" ]]; then
    options+=("-DCMAKE_PREFIX_PATH=$TORCH_DIR")
fi

up_to_date=true
for product in "${products[@]}"; do
    if [[ ! -f "$product" || -n "$(find "${sources[@]}" -newer "$product" -type f -print -quit)" ]]; then
        up_to_date=false
    fi
done
# A change of libtorch is a change too: the configured one is written beside the product.
torch="${TORCH_DIR:-}:${CMAKE_PREFIX_PATH:-}"
if $up_to_date && [[ "$(cat "$build_dir/torch-dir" 2>/dev/null)" == "$torch" ]]; then
    exit 0
fi

for tool in cmake c++; do
    if ! command -v "$tool" >/dev/null; then
        echo "build-native: $tool is missing" >&2
        echo "hint: install cmake, g++ and libtorch-dev (Debian)" >&2
        exit 1
    fi
done

mkdir -p "$build_dir"
# Two builds started by two projects at once would write the same objects.
exec 9>"$build_dir/lock"
flock 9
generator=()
if command -v ninja >/dev/null; then
    generator=(-G Ninja)
fi
if [[ "$(cat "$build_dir/torch-dir" 2>/dev/null)" != "$torch" ]]; then
    rm -f "$build_dir/CMakeCache.txt"
fi
cmake -S "$source_dir" -B "$build_dir" "${generator[@]}" "${options[@]}" >"$build_dir/configure.log" 2>&1 || {
    cat "$build_dir/configure.log" >&2
    echo "hint: install libtorch-dev and libopenblas0-pthread (Debian), or set TORCH_DIR to an unpacked libtorch" >&2
    exit 1
}
cmake --build "$build_dir" --parallel "$(nproc)" >"$build_dir/build.log" 2>&1 || {
    cat "$build_dir/build.log" >&2
    exit 1
}
touch "${products[@]}"
printf '%s' "$torch" >"$build_dir/torch-dir"
