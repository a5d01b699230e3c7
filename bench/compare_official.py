"""The official half of bench/compare, and its report.

  make     writes a model folder with random weights for a published architecture
  run      generates images with an official checkout (FoundationVision/VAR or
           jiaosiyu1999/FlexVAR), greedy, one at a time, on the CPU; seconds by phase, tokens and
           margins as JSON
  report   prints that JSON beside ours

The modules are those of the checkout. Its constructors fix the widths of the tokenizer, so encoder
and decoder are built from config.json and replace the official ones. Of the checkout's requirements
only PyTorch is needed.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import time
import types

try:
    import torch
except ImportError:
    torch = None  # not needed for the report

SLOW_PRODUCT = 10  # GFLOP/s for each thread; an optimised BLAS is faster
WARM_UP = 3.0  # seconds; one image at least
SCALES_256 = [1, 2, 3, 4, 5, 6, 8, 10, 13, 16]
SCALES_512 = [1, 2, 3, 4, 6, 9, 13, 18, 24, 32]
MULTIPLIERS = [1, 1, 2, 2, 4]


def preset(name):
    """Gives config.json of a published architecture, such as var-d16, var-d36-s or flexvar-d20."""
    family, _, rest = name.partition("-d")
    depth, _, shared = rest.partition("-")
    if family not in ("var", "flexvar") or not depth.isdigit() or shared not in ("", "s"):
        sys.exit(f"compare: preset {name}: expected one like var-d16, var-d36-s or flexvar-d16")
    if family == "var":
        vae = dict(vocab_size=4096, z_channels=32, ch=160, ch_mult=MULTIPLIERS)
        vae |= dict(num_res_blocks=2, in_channels=3, using_sa=True, using_mid_sa=True, beta=0.25)
        vae |= dict(using_znorm=False, quant_conv_ks=3, quant_resi=0.5, share_quant_resi=4)
    else:
        vae = dict(codebook_size=8912, codebook_embed_dim=32, codebook_l2_norm=True, ch=128)
        vae |= dict(encoder_ch_mult=MULTIPLIERS, decoder_ch_mult=MULTIPLIERS)
        vae |= dict(num_res_blocks=2, z_channels=256, in_channels=3)
    depth = int(depth)
    transformer = dict(depth=depth, embed_dim=64 * depth, num_heads=depth, mlp_ratio=4.0)
    transformer |= dict(num_classes=1000, norm_eps=1e-6, shared_aln=shared == "s")
    transformer |= dict(attn_l2_norm=True)
    scales = SCALES_512 if shared == "s" else SCALES_256
    return dict(family=family, name=name, vae=vae, transformer=transformer, patch_nums=scales)


def enter(checkout):
    """Makes the checkout importable, with or without huggingface_hub."""
    if torch is None:
        sys.exit(f"compare: --python {sys.executable}: it has no PyTorch (import torch fails)")
    if not os.path.isdir(os.path.join(checkout, "models")):
        sys.exit(f"compare: --checkout {checkout}: it has no folder models")
    sys.path.insert(0, checkout)
    try:
        import huggingface_hub  # noqa: F401
    except ImportError:
        hub = types.ModuleType("huggingface_hub")
        hub.PyTorchModelHubMixin = type("PyTorchModelHubMixin", (), {})
        sys.modules["huggingface_hub"] = hub


def build(config):
    """Builds tokenizer and transformer of a configuration, with the official initial weights."""
    with contextlib.redirect_stdout(io.StringIO()):  # constructors print
        vae = var_vae(config) if config["family"] == "var" else flexvar_vae(config)
        given = config["transformer"]
        keys = "num_classes depth embed_dim num_heads mlp_ratio norm_eps shared_aln attn_l2_norm"
        arguments = {key: given[key] for key in keys.split() if key in given}
        arguments.setdefault("attn_l2_norm", True)
        transformer = transformer_class(config)(
            vae_local=vae, patch_nums=tuple(config["patch_nums"]), cond_drop_rate=0.0, **arguments
        )
    for module in (vae, transformer):
        module.eval().requires_grad_(False)
    return vae, transformer


def transformer_class(config):
    if config["family"] == "var":
        from models.var import VAR as found
    else:
        from models.flexvar import FlexVAR as found
    return found


def var_vae(config):
    from models.basic_vae import Decoder, Encoder
    from models.vqvae import VQVAE

    v = config["vae"]
    keys = "vocab_size z_channels ch beta using_znorm quant_conv_ks quant_resi share_quant_resi"
    given = {key: v[key] for key in keys.split() if key in v}
    vae = VQVAE(v_patch_nums=tuple(config["patch_nums"]), **given)
    coder = dict(ch=v["ch"], ch_mult=tuple(v["ch_mult"]), num_res_blocks=v["num_res_blocks"])
    coder |= dict(z_channels=v["z_channels"], in_channels=v.get("in_channels", 3), dropout=0.0)
    coder |= dict(using_sa=v.get("using_sa", True), using_mid_sa=v.get("using_mid_sa", True))
    vae.encoder = Encoder(double_z=False, **coder)
    vae.decoder = Decoder(**coder)
    vae.downsample = 2 ** (len(v["ch_mult"]) - 1)
    return vae


def flexvar_vae(config):
    from models.vq_llama import Decoder, Encoder, ModelArgs, VQModel

    v = config["vae"]
    keys = "codebook_size codebook_embed_dim codebook_l2_norm encoder_ch_mult decoder_ch_mult"
    given = {key: v[key] for key in (keys + " z_channels").split() if key in v}
    vae = VQModel(ModelArgs(**given))
    coder = dict(ch=v.get("ch", 128), z_channels=v.get("z_channels", 256))
    coder |= dict(num_res_blocks=v.get("num_res_blocks", 2))
    pixels = v.get("in_channels", 3)
    vae.encoder = Encoder(in_channels=pixels, ch_mult=v["encoder_ch_mult"], **coder)
    vae.decoder = Decoder(out_channels=pixels, ch_mult=v["decoder_ch_mult"], **coder)
    return vae


def load(module, file):
    """Loads weights into a module, from a published checkpoint or one of a training."""
    state = torch.load(file, map_location="cpu", weights_only=True)
    state = state.get("model", state)
    state = state.get("trainer", {}).get("var_wo_ddp", state)
    own = module.state_dict()
    mask = "attn_bias_for_masking"  # follows from the scales; not used in generation
    if mask in own:
        state[mask] = own[mask]
    torch.nn.Module.load_state_dict(module, state, strict=True)


def product_speed():
    """Measures GFLOP/s of a float32 matrix product, which is low for a reference BLAS."""
    a, b = torch.rand(512, 1024), torch.rand(1024, 512)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        torch.mm(a, b)
        seconds.append(time.perf_counter() - start)
    return 2e-9 * 512 * 1024 * 512 / min(seconds)


class Recorder:
    """Records tokens, margins, and the seconds of decoding and recording of one generation."""

    def __init__(self, config, vae, float32_decoder):
        self.float32_decoder = float32_decoder
        self.module = sys.modules[transformer_class(config).__module__]
        self.owner = vae
        self.decoder = "fhat_to_img" if config["family"] == "var" else "decode_code"

    def __enter__(self):
        self.tokens, self.margins, self.decode, self.recording = [], [], 0.0, 0.0
        self.sample = self.module.sample_with_top_k_top_p_
        decode = getattr(self.owner, self.decoder)

        def sample(logits, **options):
            start = time.perf_counter()
            best = logits[0].float().topk(2, dim=-1)[0]
            self.margins += (best[:, 0] - best[:, 1]).tolist()
            self.recording += time.perf_counter() - start
            drawn = self.sample(logits, **options)
            self.tokens.append(drawn[0, :, 0])
            return drawn

        def timed(*given, **options):
            start = time.perf_counter()
            if self.float32_decoder:
                with torch.autocast("cpu", enabled=False):
                    image = decode(*given, **options)
            else:
                image = decode(*given, **options)
            self.decode += time.perf_counter() - start
            return image

        self.module.sample_with_top_k_top_p_ = sample
        setattr(self.owner, self.decoder, timed)
        return self

    def __exit__(self, *error):
        self.module.sample_with_top_k_top_p_ = self.sample
        delattr(self.owner, self.decoder)


def generate(config, vae, transformer, label, cfg, dtype, float32_decoder):
    """Generates a greedy image; returns a dict of seconds, tokens and margins."""
    options = dict(B=1, label_B=torch.tensor([label]), g_seed=0, cfg=cfg, top_k=1, top_p=0.0)
    if config["family"] == "flexvar":
        options |= dict(vqvae=vae, infer_patch_nums=config["patch_nums"], max_pn=16)
    half = torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bf16", cache_enabled=True)
    with torch.no_grad(), half, Recorder(config, vae, float32_decoder) as seen:
        start = time.perf_counter()
        transformer.autoregressive_infer_cfg(**options)
        total = time.perf_counter() - start
    return dict(
        transformer=total - seen.decode - seen.recording,
        decode=seen.decode,
        tokens=torch.cat(seen.tokens).tolist(),
        margins=seen.margins,
    )


def read_config(folder):
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        return json.load(file)


def make(options):
    enter(options.checkout)
    config = preset(options.preset)
    torch.manual_seed(1)
    vae, transformer = build(config)
    state = vae.state_dict()
    flex = config["family"] == "flexvar"
    torch.save({"model": state} if flex else state, os.path.join(options.folder, "vae.pth"))
    torch.save(transformer.state_dict(), os.path.join(options.folder, "transformer.pth"))
    with open(os.path.join(options.folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)


def run(options):
    start = time.perf_counter()
    enter(options.checkout)
    torch.set_num_threads(options.threads)
    config = read_config(options.folder)
    if options.family and options.family != config["family"]:
        sys.exit(f"compare: --family {options.family}: config.json says {config['family']}")
    vae, transformer = build(config)
    load(vae, os.path.join(options.folder, "vae.pth"))
    load(transformer, os.path.join(options.folder, "transformer.pth"))
    report = dict(software=f"official code, PyTorch {torch.__version__}")
    report["load"] = time.perf_counter() - start
    report["product"] = product_speed()
    mode = [options.cfg, options.dtype, False]
    start = time.perf_counter()
    try:
        generate(config, vae, transformer, 0, *mode)
    except RuntimeError as error:
        if options.dtype == "f32" or "BFloat16" not in str(error):
            raise
        mode[-1] = True  # PyTorch before 2 has no autocast of group norms on the CPU
        report["software"] += " (its decoder computes in float32, it cannot in bfloat16)"
    while time.perf_counter() - start < WARM_UP:
        generate(config, vae, transformer, 0, *mode)
    classes = config["transformer"]["num_classes"]
    images = [
        generate(config, vae, transformer, i % classes, *mode) for i in range(options.images)
    ]
    for key in images[0]:
        report[key] = [image[key] for image in images]
    with open(options.file, "w", encoding="utf-8") as file:
        json.dump(report, file)


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def report(options):
    """Prints the table; exits with status 1 if float32 tokens differ."""
    with open(options.official, encoding="utf-8") as file:
        official = json.load(file)
    with open(options.ours, encoding="utf-8") as file:
        ours = json.load(file)
    count = len(official["tokens"])
    print(f"{options.label}, {options.dtype}, {options.threads} threads,", end=" ")
    print(f"greedy, cfg {options.cfg:g}")
    print(f"medians of {count} images, one at a time, after a warm-up")
    print(f"official: {official['software']}; ours: {ours['software']}\n")
    print("| seconds | official | ours | official / ours |")
    print("|---|---|---|---|")
    for side in (official, ours):
        side["image"] = [a + b for a, b in zip(side["transformer"], side["decode"])]
    rows = {"transformer": "transformer loop", "decode": "decode", "image": "both"}
    for key, title in rows.items():
        row(title, median(official[key]), median(ours[key]))
    row("load weights", official["load"], ours["load"])
    speed = official["product"]
    print(f"\na float32 matrix product of the official PyTorch: {speed:.0f} GFLOP/s")
    if speed < SLOW_PRODUCT * options.threads:
        print("WARNING: a slow BLAS makes the comparison unfair; give a fast one with --blas")
    compare_tokens(official, ours, options.dtype)


def row(title, official, ours):
    print(f"| {title} | {official:.3f} | {ours:.3f} | {official / ours:.2f} |")


def compare_tokens(official, ours, dtype):
    if len(official["tokens"]) != len(ours["tokens"]):
        sys.exit(
            f"compare: {len(official['tokens'])} official images, {len(ours['tokens'])} of ours:"
            " expected the same number"
        )
    every = same = 0
    wrong = []
    for i, (a, b) in enumerate(zip(official["tokens"], ours["tokens"])):
        if len(a) != len(b):
            sys.exit(f"compare: image {i} has {len(a)} official tokens, {len(b)} of ours")
        every += len(a)
        differing = [p for p in range(len(a)) if a[p] != b[p]]
        same += len(a) - len(differing)
        if differing:
            first = differing[0]
            margin = official["margins"][i][first]
            wrong.append(
                f"image {i}: {len(differing)} of {len(a)} tokens differ, from position {first},"
                f" where the official margin is {margin:.2g} (an error unless that is rounding)"
            )
    print(f"tokens: {same} of {every} are equal", end="")
    print(" (bfloat16: one that differs changes all after it)" if dtype == "bf16" else "")
    if wrong and dtype == "f32":
        sys.exit("\n".join(["compare: the tokens differ in float32", *wrong]))


def main():
    parser = argparse.ArgumentParser(prog="compare_official.py", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    command = commands.add_parser("make")
    command.add_argument("--checkout", required=True)
    command.add_argument("--preset", required=True)
    command.add_argument("folder")
    command.set_defaults(action=make)
    command = commands.add_parser("run")
    command.add_argument("--checkout", required=True)
    command.add_argument("--family", choices=["var", "flexvar"])
    command.add_argument("--images", type=int, required=True)
    command.add_argument("--threads", type=int, required=True)
    command.add_argument("--cfg", type=float, required=True)
    command.add_argument("--dtype", choices=["f32", "bf16"], required=True)
    command.add_argument("folder")
    command.add_argument("file")
    command.set_defaults(action=run)
    command = commands.add_parser("report")
    command.add_argument("--label", required=True)
    command.add_argument("--threads", type=int, required=True)
    command.add_argument("--cfg", type=float, required=True)
    command.add_argument("--dtype", required=True)
    command.add_argument("official")
    command.add_argument("ours")
    command.set_defaults(action=report)
    options = parser.parse_args()
    options.action(options)


if __name__ == "__main__":
    main()
