# Sourced by ./fed. Brings a fresh Debian machine to a Release build, and knows when there is nothing to do.
# shellcheck shell=bash

stamp=$root/artifacts/setup.stamp
package_set_file=$root/eng/PackageSet.props
native_packages=(g++ cmake make libtorch-dev libopenblas0-pthread) # what eng/build-native.sh needs

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 2
}

# Builds if a source is newer than the last build. One walk over the tree, a few hundredths of a second.
ensure_built() {
    is_built || alone build_unless_built
}

is_built() { [ -f "$stamp" ] && [ -z "$(changed_source)" ]; }

build_unless_built() { is_built || install_and_build ""; } # another ./fed may have built while this one waited

# Runs a function while no other ./fed of this checkout does: two builds at once would write the same files.
alone() {
    mkdir -p "$root/artifacts"
    exec 9>"$root/artifacts/setup.lock"
    flock -n 9 || {
        say "waiting for another ./fed that is building"
        flock 9
    }
    "$@" 9>&- # a build server that outlives the build must not hold the lock
    exec 9>&-
}

changed_source() {
    find "$root" \( -path "$root/artifacts" -o -path "$root/.git" -o -name __pycache__ -o -name node_modules \) -prune -o \
        -type f -newer "$stamp" \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.proto' -o -name '*.sln' \
        -o -name '*.cpp' -o -name '*.h' -o -name 'CMakeLists.txt' -o -name '*.yaml' -o -name '.editorconfig' -o -name 'Banned*.txt' -o -name global.json \) \
        -print -quit
}

setup() {
    local wanted=""
    while [ $# -gt 0 ]; do
        case "$1" in
        --packages)
            wanted=${2:-}
            case "$wanted" in official | standin) ;; *) die "--packages is '$wanted'; use official or standin." ;; esac
            shift 2
            ;;
        --help | -h)
            echo "./fed setup [--packages official|standin]: install what is missing, choose the package set, restore, build (Release)."
            return
            ;;
        *) die "setup does not know '$1'." "./fed setup [--packages official|standin]" ;;
        esac
    done
    alone install_and_build "$wanted"
}

install_and_build() {
    local wanted=$1
    require_dotnet
    install_packages bash coreutils findutils
    mkdir -p "$root/artifacts"
    choose_packages "$wanted"
    if [ "$(torch_set)" = standin ]; then
        install_packages "${native_packages[@]}"
    fi

    say "building (the first time takes a few minutes)"
    local started
    started=$(mktemp) # a source that changes while we build is newer than this
    build_solution || die "the build failed; its log is artifacts/build.log."
    mv "$started" "$stamp"
    say "ready"
}

require_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is not installed." "install the package dotnet-sdk-10.0 as https://learn.microsoft.com/dotnet/core/install/linux-debian describes, then run ./fed setup again"
    (cd "$root" && dotnet --version >/dev/null 2>&1) || die "this .NET SDK does not fit global.json: $(dotnet --list-sdks | tr '\n' ' ')" "install the package dotnet-sdk-10.0"
}

# Installs Debian packages that are missing; without root, prints the one command that an administrator must run.
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "system packages are missing." "sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]}"
    mkdir -p "$root/artifacts"
    {
        apt-get update -q || true # an outdated list may still do; the install says if not
        DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
    } >"$root/artifacts/apt.log" 2>&1 || die "apt-get could not install ${missing[*]}; its log is artifacts/apt.log."
}

package_set() { remembered FederatedPackages; }
torch_set() { remembered FederatedTorch; }
remembered() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$package_set_file" 2>/dev/null || true; }

# Tries the official packages first; a mirror that lacks some gets the stand-ins. The choice is remembered in a git-ignored file.
choose_packages() {
    local wanted=$1 gpu=false
    if [ -z "$wanted" ] && [ -n "$(package_set)" ] && [ -n "$(torch_set)" ]; then return; fi
    if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then gpu=true; fi
    if [ "$wanted" != standin ]; then
        if dotnet restore "$root/eng/probe/Probe.csproj" -p:FederatedPackages=official -p:FederatedTorch=official -p:FederatedGpu=$gpu >"$root/artifacts/probe.log" 2>&1; then
            local older
            older=$(too_old_for_torch)
            [ -z "$older" ] || [ "$wanted" != official ] || die "the official TorchSharp cannot run here: it wants $older of this system's C++ library." "use Debian 13 or Ubuntu 24.04 or later, or ./fed setup, which takes the stand-in for tensors alone"
            if [ -z "$older" ]; then
                say "package set: official"
                write_package_set official official $gpu
            else
                say "package set: official, but the stand-in for tensors, because TorchSharp wants $older of this system's C++ library"
                write_package_set official standin $gpu
            fi
            return
        fi
        local lacking
        lacking=$(grep -oE 'Unable to find package [A-Za-z0-9._-]+' "$root/artifacts/probe.log" | awk '{print $NF}' | sed 's/\.$//' | sort -u | paste -sd' ') || true # no such line: the probe failed otherwise
        [ "$wanted" != official ] || die "the official packages cannot be restored here (missing: ${lacking:-see artifacts/probe.log})." "./fed setup --packages standin, or set FEDERATED_RESTORE_SOURCE to a source that has them"
        say "package set: standin, because the mirror lacks ${lacking:-some official packages (artifacts/probe.log)}"
    else
        say "package set: standin, as asked"
    fi
    write_package_set standin standin $gpu
}

# What TorchSharp's native part asks of the system's libraries and they are too old to have; nothing where it can run. A package that was
# restored may still not load: it is built on a newer system than Debian 12.
too_old_for_torch() {
    local packages version
    packages=$(sed -n 's|.*"packagesPath": "\(.*\)".*|\1|p' "$root/artifacts/obj/Probe/project.assets.json" | head -1)
    version=$(sed -n 's|.*"TorchSharp/\([^"]*\)".*|\1|p' "$root/artifacts/obj/Probe/project.assets.json" | head -1)
    ldd "${packages%/}/torchsharp/$version/runtimes/linux-x64/native/libLibTorchSharp.so" 2>&1 |
        sed -n "s/.*version \`\([^']*\)' not found.*/\1/p" | sort -u | paste -sd' '
}

write_package_set() {
    printf '<Project>\n  <PropertyGroup>\n    <FederatedPackages>%s</FederatedPackages>\n    <FederatedTorch>%s</FederatedTorch>\n    <FederatedGpu>%s</FederatedGpu>\n  </PropertyGroup>\n</Project>\n' "$1" "$2" "$3" >"$package_set_file"
}

# Builds everything, then lays out the programs together, compiled ahead of time: they start in half the time. They take the place of
# the last ones as a whole: no library of another package set stays, and no program that runs sees its folder half filled.
build_solution() {
    local dist=$root/artifacts/dist
    {
        (cd "$root" && dotnet build Federated.sln -c Release --nologo -v minimal) &&
            rm -rf "$dist.new" "$dist.old" &&
            for program in coordinator node cli verifier; do
                (cd "$root" && dotnet publish "$program" -c Release --no-build --nologo -v minimal -o artifacts/dist.new) || return 1
            done &&
            if [ -d "$dist" ]; then mv "$dist" "$dist.old"; fi &&
            mv "$dist.new" "$dist" &&
            rm -rf "$dist.old"
    } >"$root/artifacts/build.log" 2>&1 || {
        grep -E 'error|warning' "$root/artifacts/build.log" | sort -u | head -20 >&2
        return 1
    }
}
