#!/usr/bin/env bash
# A study of a wide network between real processes, as its operators would run it: once for each device named, with the same hospitals.
#   bench/gpu-study.sh [DEVICE...]     needs fed, fed-node and fed-coordinator on the PATH (artifacts/dist); default: cpu cuda
# Prints for each device the median training time of a site's round, from the nodes' own files, and what their logs say they trained on.
set -euo pipefail

devices=("$@")
[ $# -gt 0 ] || devices=(cpu cuda)
rows=${ROWS:-50000} rounds=${ROUNDS:-20} port=${PORT:-17443}
scratch=$(mktemp -d)
daemons=()

stop() {
    for daemon in "${daemons[@]}"; do
        kill "$daemon" 2>/dev/null || true # one that has ended already
    done
    wait
    daemons=()
}
trap 'stop; rm -rf "$scratch"' EXIT

fed data generate "$scratch/hospitals" --sites 4 --rows "$rows" >"$scratch/generate.log"
# The demonstration's one round makes certificates and configurations.
fed demo --data "$scratch/hospitals" --rounds 1 --port "$port" --device cpu --keep "$scratch/kept" >"$scratch/demo.log"
export FED_COORDINATOR=https://127.0.0.1:$port FED_IDENTITY=$scratch/kept/pki/researcher.pem
sites=("$scratch"/kept/nodes/*)

# The default study's variables, four sites, a network of 70,000 parameters and large batches.
write_study() {
    cat <<END
format: federated-plan/3
name: wide on $1
purpose: Timing a wide network; the patients are synthetic.
sites:
$(for site in "${sites[@]}"; do echo "  - name: $(basename "$site")"; done)
schema: heart-disease-v1
features:
  - age
  - sex
  - cp
  - { variable: trestbps, missing: 130, missing_indicator: true }
  - { variable: chol, missing: 240, missing_indicator: true }
  - { variable: fbs, missing: 0, missing_indicator: true }
  - { variable: restecg, missing: 0 }
  - { variable: thalach, missing: 140 }
  - { variable: exang, missing: 0 }
  - { variable: oldpeak, missing: 1 }
outcome: { variable: num, positive_above: 0 }
holdout: { key: "timing a wide network", fraction: 0.25 }
model: { kind: mlp, hidden: [256, 256] }
training: { mode: fedavg, rounds: $rounds, batch_size: 4096 }
aggregation: { minimum_sites: 3 }
privacy: none
END
}

printf '| device | trained on | patients a site | median training ms of a round | worst | wall s |\n| --- | --- | ---: | ---: | ---: | ---: |\n'
for device in "${devices[@]}"; do
    write_study "$device" >"$scratch/$device.yaml"
    fed-coordinator --config "$scratch/kept/coordinator/coordinator.json" >"$scratch/coordinator-$device.log" 2>&1 &
    daemons+=($!)
    for site in "${sites[@]}"; do
        : >"$site/state/metrics.jsonl"
        FEDERATED__NODE__DEVICE=$device fed-node run --config "$site/node.json" >"$site/$device.log" 2>&1 &
        daemons+=($!)
    done
    until grep -q 'Listening on' "$scratch/coordinator-$device.log"; do sleep 0.2; done

    began=$(date +%s%N)
    fed study submit "$scratch/$device.yaml" >"$scratch/submit-$device.log"
    fed study watch "wide on $device" >"$scratch/watch-$device.log"
    took=$((($(date +%s%N) - began) / 100000000))
    trained=$(cat "${sites[@]/%//$device.log}" | sed -n 's/.*trains on \([a-z0-9:]*\),.*/\1/p' | sort -u | paste -sd' ')
    times=$(cat "${sites[@]/%//state/metrics.jsonl}" | sed -n 's/.*"training_us":\([0-9]*\).*/\1/p' | sort -n)
    count=$(wc -l <<<"$times")
    printf '| %s | %s | %s | %s | %s | %s |\n' "$device" "$trained" "$rows" \
        "$(sed -n "$(((count + 1) / 2))p" <<<"$times" | awk '{ printf "%.1f", $1 / 1000 }')" \
        "$(tail -1 <<<"$times" | awk '{ printf "%.1f", $1 / 1000 }')" "$(awk -v t="$took" 'BEGIN { printf "%.1f", t / 10 }')"
    stop
done
