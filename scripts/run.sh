#!/bin/sh
# Sets up what this repository needs on a Debian machine, then runs one of its jobs by the repository's own Node:
#
#   sh scripts/run.sh setup | build | check | test | demo | bench [argument ...]
#
# What is already there is left alone, so a second run goes straight to the job. POSIX sh and npm are all it asks for.
set -eu
cd "$(dirname "$0")/.."

# Debian's names of what the jobs use beyond Node: the keychain (libsecret, and a keyring with its D-Bus for machines
# without a desktop), git for the repositories that are served, bubblewrap and prlimit (util-linux) for the walls around
# agents' code; the tests also look at buses, processes, OpenSSH's fingerprints and what CPython makes of a program.
demo_packages='libsecret-1-0 gnome-keyring dbus-daemon dbus-bin git bubblewrap util-linux'
test_packages="$demo_packages libglib2.0-bin openssh-client procps python3"

say() { printf 'setup: %s\n' "$*" >&2; }
refuse() {
  say "$*"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    refuse "this needs root, and there is no sudo. As root, run: apt-get install $missing"
  fi
}

# shellcheck disable=SC2086 # a list of package names
apt_install() {
  as_root apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 $missing >&2
}

# dpkg's word on each package: a file of that name elsewhere on the PATH proves no library.
missing_on_debian() {
  # shellcheck disable=SC2086
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $packages 2>/dev/null || :)
  for package in $packages; do
    case "
$installed
" in
      *"
installed $package
"*) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

# Elsewhere the package names differ, so each is looked for by what it brings.
missing_elsewhere() {
  for package in $packages; do
    case "$package" in
      gnome-keyring) brings=gnome-keyring-daemon ;;
      dbus-bin) brings=dbus-send ;;
      libglib2.0-bin) brings=gdbus ;;
      openssh-client) brings=ssh-keygen ;;
      procps) brings=ps ;;
      bubblewrap) brings=bwrap ;;
      util-linux) brings=prlimit ;;
      libsecret-1-0) has_libsecret || printf '%s ' "$package"; continue ;;
      *) brings=$package ;;
    esac
    command -v "$brings" >/dev/null 2>&1 || printf '%s ' "$package"
  done
}

has_libsecret() {
  for folder in /usr/lib/*-linux-gnu /usr/lib64 /usr/lib /lib64 /lib; do
    [ ! -e "$folder/libsecret-1.so.0" ] || return 0
  done
  return 1
}

need_packages() {
  packages=$1
  if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
    missing=$(missing_elsewhere)
    [ -z "$missing" ] || refuse "this is no Debian system, so install by hand what brings (Debian's names): $missing"
    return 0
  fi
  missing=$(missing_on_debian)
  [ -n "$missing" ] || return 0
  say "installing by apt-get: $missing"
  # A rehearsal tells whether the package lists are there at all; a failed download, that they are too old.
  # shellcheck disable=SC2086
  if apt-get install --simulate -q --no-install-recommends $missing >/dev/null 2>&1 && apt_install; then
    return 0
  fi
  say 'refreshing the package lists by apt-get update'
  as_root apt-get update -q >&2 || say 'apt-get update failed; trying with the lists as they are'
  apt_install || refuse "apt-get could not install: $missing"
}

need_node_modules() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) platform=linux-x64 ;;
    Linux-aarch64) platform=linux-arm64 ;;
    *) refuse "the repository's own Node runs on Linux on x86-64 and arm64, not on $(uname -s) on $(uname -m)" ;;
  esac
  # Not by node_modules/.bin: npm 9 makes no link there for a package that brings "node".
  node_folder="$PWD/node_modules/node-$platform/bin"
  command -v npm >/dev/null 2>&1 || refuse 'npm is missing: install Node.js 20 or newer with npm'
  # The stamp lies inside node_modules: an interrupted or foreign install has none.
  wanted=$(cat package-lock.json .npmrc | sha256sum)
  stamp=node_modules/.installed-lock-sha256
  if [ -x "$node_folder/node" ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ]; then return 0; fi
  say 'installing the locked npm packages into node_modules by npm ci'
  # Development packages too, whatever NODE_ENV says; no install scripts run (.npmrc), and none is needed.
  npm ci --include=dev --include=optional --no-audit --no-fund --loglevel=error >&2 ||
    refuse 'npm ci failed; its own message stands above'
  [ -x "$node_folder/node" ] || refuse "npm ci left no $node_folder/node behind"
  printf '%s\n' "$wanted" >$stamp
}

job=${1:-}
[ $# -eq 0 ] || shift
case "$job" in
  setup | test) need_packages "$test_packages" ;;
  demo | bench) need_packages "$demo_packages" ;;
  build | check) ;;
  *) refuse "no job '$job'; there are: setup build check test demo bench" ;;
esac
need_node_modules

PATH="$node_folder:$PWD/node_modules/.bin:$PATH"
export PATH
[ "$job" != setup ] || { say 'everything is there'; exit 0; }
exec node "scripts/$job.ts" "$@"
