package io.nextscale.tests;

import static io.nextscale.tests.Fixture.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code convert --official} against files that the official code saved: without their buffers they
 * are converted, and must have the same keys, shapes and values as before.
 */
class OfficialConversionTest {
  private static final String MASK = "attn_bias_for_masking";
  private static final Set<String> COUNTERS =
      Set.of("quantize.ema_vocab_hit_SV", "quantize.codebook_used");

  @TempDir Path folder;

  private CommandLineRun cli;

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private static boolean isBuffer(String name) {
    return name.equals(MASK)
        || name.equals("lvl_1L")
        || name.endsWith(".zero_k_bias")
        || COUNTERS.contains(name);
  }

  /** Copies an official file without its buffers. */
  private Path bare(Path official) {
    Path file = folder.resolve("bare.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(official)) {
      List<StoredTensor> weights =
          checkpoint.tensors().values().stream().filter(t -> !isBuffer(t.name())).toList();
      assertThat(weights).hasSizeLessThan(checkpoint.tensors().size());
      SafetensorsWriter.write(file, weights, Map.of());
    }
    return file;
  }

  private static String scales(Path model, String key) throws IOException {
    Map<?, ?> config = (Map<?, ?>) Json.parse(Files.readAllBytes(model.resolve("config.json")));
    return ((List<?>) config.get(key))
        .stream()
            .map(side -> Integer.toString(((Number) side).intValue()))
            .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource({
    "no-l2norm-one-phi, patch_nums, pth flat",
    "no-phi-ticks, patch_nums, pth flat",
    "phi-per-scale-cosine, patch_nums, pth flat",
    "share-2, patch_nums, pth flat",
    "shared-aln-512, patch_nums, pth flat",
    "flexvar-512-15step, saved_mask_patch_nums, pth model",
    "flexvar-shared-aln, saved_mask_patch_nums, pth model",
    "llamagen-tokenizer, , pth model"
  })
  void addsTheMissingBuffers(String name, String scalesKey, String tokenizerLayout)
      throws IOException {
    Path model = resource("golden/" + name);
    for (String part : List.of("vae", "transformer")) {
      Path official = model.resolve(part + ".pth");
      if (Files.exists(official)) {
        Path made = folder.resolve(part + ".pth");
        if (scalesKey == null) {
          cli.succeeds("convert --official", bare(official), made);
        } else {
          String scales = scales(model, scalesKey);
          cli.succeeds("convert --official --scales " + scales, bare(official), made);
        }
        requireSame(official, made, part.equals("vae") ? tokenizerLayout : "pth flat");
      }
    }
  }

  private void requireSame(Path official, Path made, String layout) {
    Path contiguous = folder.resolve("contiguous.pth");
    cli.succeeds("convert --force", official, contiguous);
    try (Checkpoint expected = Checkpoint.open(contiguous);
        Checkpoint found = Checkpoint.open(made)) {
      assertThat(found.layout()).isEqualTo(layout);
      Set<String> keys = new TreeSet<>(expected.tensors().keySet());
      if (keys.contains("lvl_1L")) {
        keys.add(MASK); // one fixture leaves it out for its size
      }
      assertThat(new TreeSet<>(found.tensors().keySet())).isEqualTo(keys);
      for (StoredTensor tensor : expected.tensors().values()) {
        StoredTensor same = found.tensors().get(tensor.name());
        assertThat(same.shape()).as(tensor.name()).isEqualTo(tensor.shape());
        if (!isBuffer(tensor.name()) || tensor.dtype() == DType.INT64) {
          assertThat(same.dtype()).as(tensor.name()).isEqualTo(tensor.dtype());
          assertThat(same.data().mismatch(tensor.data())).as(tensor.name()).isEqualTo(-1);
        } else if (COUNTERS.contains(tensor.name())) {
          assertThat(CommandLineRun.floats(same)).as(tensor.name()).containsOnly(0);
        } else {
          assertThat(CommandLineRun.floats(same)).as(tensor.name()).isEqualTo(halves(tensor));
        }
      }
    }
  }

  private static float[] halves(StoredTensor tensor) {
    assertThat(tensor.dtype()).isEqualTo(DType.FLOAT16);
    short[] bits = tensor.data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.float16ToFloat(bits[i]);
    }
    return values;
  }

  @Test
  void takesTheScalesFromTheConfigurationBesideTheFile() throws IOException {
    Path model = resource("golden/no-l2norm-one-phi");
    Path file = bare(model.resolve("transformer.pth"));
    cli.failsWith("155 tokens", "convert", "--official", file, folder.resolve("a.pth"));
    Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
    cli.succeeds("convert --official", file, folder.resolve("a.pth"));
    requireSame(model.resolve("transformer.pth"), folder.resolve("a.pth"), "pth flat");
    cli.succeeds("convert --official", file, folder.resolve("a.safetensors"));
    requireSame(model.resolve("transformer.pth"), folder.resolve("a.safetensors"), "safetensors");
  }

  @Test
  void leavesCompleteFilesAsTheyAre() {
    Path official = resource("golden/no-phi-ticks").resolve("transformer.pth");
    Path made = folder.resolve("a.pth");
    cli.succeeds("convert --official", official, made);
    try (Checkpoint before = Checkpoint.open(official);
        Checkpoint after = Checkpoint.open(made)) {
      assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
      for (StoredTensor tensor : before.tensors().values()) {
        StoredTensor same = after.tensors().get(tensor.name());
        assertThat(same.dtype()).as(tensor.name()).isEqualTo(tensor.dtype());
        assertThat(same.data().mismatch(tensor.data())).as(tensor.name()).isEqualTo(-1);
      }
    }
  }

  @Test
  void replacesAFlexVarMaskOfOtherScales() {
    Path official = resource("golden/flexvar-shared-aln").resolve("transformer.pth");
    Path made = folder.resolve("a.pth");
    cli.succeeds("convert --official", official, made); // patch_nums of its config.json
    try (Checkpoint before = Checkpoint.open(official);
        Checkpoint after = Checkpoint.open(made)) {
      assertThat(before.tensors().get(MASK).shape()).containsExactly(1, 1, 35, 35);
      assertThat(after.tensors().get(MASK).shape()).containsExactly(1, 1, 680, 680);
      assertThat(after.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(before.tensors().keySet());
    }
  }

  @Test
  void scalesThatDoNotFitAreRefused() throws IOException {
    Path model = resource("golden/phi-per-scale-cosine");
    Path out = folder.resolve("a.pth");
    String file = model.resolve("transformer.pth").toString();
    cli.failsWith("lvl_1L is for", "convert", file, out, "--official", "--scales", "1,2,3");
    Path bare = bare(model.resolve("transformer.pth"));
    cli.failsWith(
        "pos_1LC has 130 positions, the scales 1,2,3 have 14",
        "convert",
        bare,
        out,
        "--official",
        "--scales",
        "1,2,3");
    cli.failsWith("3x4", "convert", bare, out, "--official", "--scales", "1,2,3x4");
    cli.failsWith("at most", "convert", bare, out, "--official", "--scales", "1,999");
    Path vae = bare(model.resolve("vae.pth"));
    cli.failsWith("6 convolutions", "convert", vae, out, "--official", "--scales", "1,2");
    Path other = model.resolve("expected.safetensors");
    cli.failsWith("neither a transformer", "convert", other, out, "--official");
  }
}
