"""The Examples section of each command's help: one table, so that no command goes without."""

from __future__ import annotations

_ADDRESS = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"

EXAMPLES: dict[str, tuple[str, ...]] = {
    "": ("akash-tui demo", "akash-tui --network practice"),
    "sdl check": ("akash-tui sdl check my.yaml", "akash-tui sdl check my.yaml --fix"),
    "sdl explain": ("akash-tui sdl explain", "akash-tui sdl explain sdl.count"),
    "sdl build": ("akash-tui sdl build my.yaml -o json", "akash-tui sdl build - < my.yaml"),
    "wallet create": ("akash-tui wallet create main", "akash-tui wallet create savings --words 12"),
    "wallet import": (
        "akash-tui --network mainnet wallet import main",
        "akash-tui wallet import main --file main.akash-wallet",
        "akash-tui wallet import main --stdin --index 1 < words",
    ),
    "wallet watch": (f"akash-tui wallet watch friend {_ADDRESS}",),
    "wallet list": ("akash-tui wallet list -o json",),
    "wallet show": ("akash-tui wallet show main", "akash-tui --network practice wallet show"),
    "wallet fund": ("akash-tui --network practice wallet fund",),
    "wallet default": ("akash-tui wallet default main",),
    "wallet rename": ("akash-tui wallet rename main savings",),
    "wallet remove": ("akash-tui wallet remove friend", "akash-tui --network mainnet wallet remove main"),
    "wallet export": ("akash-tui wallet export main", "akash-tui wallet export main --file main.akash-wallet"),
    "wallet grants": ("akash-tui --network mainnet wallet grants", "akash-tui wallet grants savings -o json"),
    "wallet grant": (f"akash-tui --network mainnet wallet grant {_ADDRESS} --fees 1 --deposits 20 --expires 30d",),
    "wallet revoke": (f"akash-tui --network mainnet wallet revoke {_ADDRESS} --fees",),
    "wallet mint": (
        "akash-tui --network practice wallet mint 20",
        "akash-tui --network mainnet wallet mint 20 --yes --max-rate 2.5",
    ),
    "wallet burn": ("akash-tui --network practice wallet burn 5 --yes",),
    "preset list": ("akash-tui preset list",),
    "preset show": ("akash-tui preset show vllm-chat > my.yaml",),
    "preset save": ("akash-tui preset save mine my.yaml", "akash-tui preset save mine - < my.yaml"),
    "preset remove": ("akash-tui preset remove mine",),
    "preset export": ("akash-tui preset export vllm-chat my.yaml",),
    "deploy": (
        "akash-tui --network practice deploy vllm-chat --dry-run",
        "akash-tui --network practice deploy web-page --accept cheapest --yes",
        "akash-tui --network mainnet deploy my.yaml --prefer h100,a100 --budget 1.20 --hours 24",
        "akash-tui --network mainnet deploy my.yaml --accept cheapest --stop-after '8h $10'",
        "akash-tui --network mainnet --wallet shared deploy my.yaml --deposit 5 --unsigned create.json",
    ),
    "bids": (
        "akash-tui --network mainnet bids 812301 --filter 'gpu:h100 per_gpu<1.5'",
        "akash-tui --network mainnet bids 812301 --watch",
        "akash-tui bids --from saved-bids.json",
        "provider-services query market bid list --owner ADDRESS | akash-tui bids --from -",
    ),
    "lease list": ("akash-tui --network mainnet lease list --all",),
    "lease show": ("akash-tui --network mainnet lease show 812301",),
    "lease status": (
        "akash-tui --network mainnet lease status 812301",
        "akash-tui --network mainnet lease status 812301 --watch --low 6",
    ),
    "lease logs": ("akash-tui --network mainnet lease logs 812301 --service web --follow",),
    "lease events": ("akash-tui --network mainnet lease events 812301",),
    "lease shell": (
        "akash-tui --network mainnet lease shell 812301",
        "akash-tui --network mainnet lease shell 812301 --service web -- nvidia-smi",
    ),
    "lease update": (
        "akash-tui --network mainnet lease update 812301 new.yaml --dry-run",
        "akash-tui --network mainnet lease update 812301 new.yaml --yes --on-fail undo",
    ),
    "lease accept": (
        "akash-tui --network mainnet lease accept 812301 --cheapest",
        f"akash-tui --network mainnet lease accept 812301 --provider {_ADDRESS} --hours 24 --unsigned lease.json",
    ),
    "lease deposit": (
        "akash-tui --network mainnet lease deposit 812301 --hours 24",
        "akash-tui --network mainnet lease deposit 812301 --amount 5 --yes",
    ),
    "lease stop-after": (
        "akash-tui --network mainnet lease stop-after 812301 8h",
        "akash-tui --network mainnet lease stop-after 812301 '$10' --wait",
        "akash-tui --network mainnet lease stop-after 812301 --off",
    ),
    "lease recover": ("akash-tui --network mainnet lease recover 812301 > lost.yaml",),
    "lease ask-again": (
        "akash-tui --network mainnet lease ask-again 812301 --dry-run",
        "akash-tui --network mainnet lease ask-again 812301 --yes",
    ),
    "lease close": ("akash-tui --network mainnet lease close 812301",),
    "market gpus": ("akash-tui --network mainnet market gpus --filter 'gpu:h100|a100 free>0'",),
    "market model": ("akash-tui --network mainnet market model h100 --range all",),
    "market prices": ("akash-tui --network mainnet market prices h100 a100",),
    "market capacity": ("akash-tui --network mainnet market capacity",),
    "market utilization": ("akash-tui --network mainnet market utilization --range all",),
    "market spend": ("akash-tui --network mainnet market spend --range 1m",),
    "market providers": ("akash-tui --network mainnet market providers --gpu h100 --sort free",),
    "market provider": (f"akash-tui --network mainnet market provider {_ADDRESS}",),
    "market watch": ("akash-tui --network mainnet market watch 'gpu:a100 min<1' --preset vllm-chat",),
    "sweep": (
        "akash-tui --network mainnet sweep",
        "akash-tui --network mainnet sweep --close 812301 812305",
        "akash-tui --network mainnet sweep --close-all --yes --max-fee 0.05",
    ),
    "broadcast": (
        "akash-tui --network mainnet broadcast signed.json",
        "akash-tui --network mainnet --wallet shared broadcast - --yes < signed.json",
    ),
    "resume": ("akash-tui --network mainnet resume",),
    "journal": ("akash-tui journal", "akash-tui journal --export > journal.jsonl"),
    "networks": ("akash-tui networks",),
    "doctor": ("akash-tui doctor", "akash-tui doctor --network mainnet"),
    "completion": (
        "akash-tui completion bash > ~/.local/share/bash-completion/completions/akash-tui",
        "akash-tui completion fish > ~/.config/fish/completions/akash-tui.fish",
    ),
    "practice": ("akash-tui practice", "akash-tui practice --scenario rush --seed 3"),
    "speed": ("akash-tui speed 60", "akash-tui speed 1"),
    "demo": ("akash-tui demo", "akash-tui demo --scenario provider-dies"),
}
"""Path of a command below `akash-tui` -> command lines that work; a test parses them all."""
