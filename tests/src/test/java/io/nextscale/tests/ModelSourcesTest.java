package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.PthWriter;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.TokenizerSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where models come from, and what is refused where it enters. */
class ModelSourcesTest {
  private static final Path MODEL = Fixture.resource("golden/share-2");

  /** Buffers that follow from the configuration, and are not read. */
  private static final Pattern BUFFER =
      Pattern.compile(".*(ema_vocab_hit_SV|zero_k_bias|attn_bias_for_masking)");

  @TempDir Path folder;

  @AfterEach
  void nothingIsAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void memoryAddressesAndOfficialNamesGiveTheSameModel() throws IOException {
    PixelArray expected = drawn(ModelSource.folder(MODEL));
    assertThat(drawn(ModelSource.bytes("bytes", files()))).isEqualTo(expected);
    assertThat(drawn(ModelSource.uri(MODEL.toUri()))).isEqualTo(expected);
    assertThat(
            drawn(
                ModelSource.streams(
                    "class path",
                    name -> ModelSourcesTest.class.getResourceAsStream("/golden/share-2/" + name))))
        .isEqualTo(expected);
    Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    Files.copy(MODEL.resolve("vae.pth"), folder.resolve("vae_ch160v4096z32.pth"));
    Files.copy(MODEL.resolve("transformer.pth"), folder.resolve("var_d16.pth"));
    assertThat(drawn(ModelSource.folder(folder))).isEqualTo(expected);
    Files.copy(MODEL.resolve("transformer.pth"), folder.resolve("var_d20.pth"));
    assertThatThrownBy(() -> ModelSource.folder(folder).open())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("[var_d16.pth, var_d20.pth]");
  }

  @Test
  void aFolderMayLieInAZipArchive() throws IOException {
    Path archive = folder.resolve("model.zip");
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      for (Map.Entry<String, byte[]> file : files().entrySet()) {
        Files.write(zip.getPath("/" + file.getKey()), file.getValue());
      }
      ModelSource source = ModelSource.folder(zip.getPath("/"));
      assertThat(drawn(source)).isEqualTo(drawn(ModelSource.folder(MODEL)));
      Files.writeString(zip.getPath("/vae.pth"), "no weights");
      assertThatThrownBy(source::open).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void tokenizersComeFromMemoryToo() throws IOException {
    TokenizerSource source =
        TokenizerSource.bytes(
            "bytes",
            Map.of("config.json", files().get("config.json"), "vae.pth", files().get("vae.pth")));
    try (ImageTokenizer tokenizer = ImageTokenizer.load(source)) {
      assertThat(tokenizer.spec().name()).isEqualTo("share-2");
    }
    assertThatThrownBy(() -> ModelSource.bytes("half", Map.of()).open())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model half: it has none of [vae.safetensors, vae.pth, vae.pt]");
    assertThatThrownBy(() -> ModelSource.uri(folder.resolve("none").toUri()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ending in /");
  }

  @Test
  void oneCheckpointOfATrainerHoldsBoth() {
    Path trained = folder.resolve("ar-ckpt-best.pth");
    try (Checkpoint vae = Checkpoint.open(MODEL.resolve("vae.pth"));
        Checkpoint transformer = Checkpoint.open(MODEL.resolve("transformer.pth"))) {
      List<StoredTensor> all = new ArrayList<>();
      vae.tensors().values().forEach(t -> all.add(t.withName("vae." + t.name())));
      transformer.tensors().values().forEach(t -> all.add(t.withName("var." + t.name())));
      PthWriter.write(trained, all);
    }
    nameInConfig(trained);
    assertThat(drawn(ModelSource.folder(folder))).isEqualTo(drawn(ModelSource.folder(MODEL)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vae.decoder.conv_out.weight",
        "vae.quantize.embedding.weight",
        "transformer.head.weight",
        "transformer.pos_start"
      })
  void nanIsRefusedByLoading(String weight) {
    write(weight, Float.NaN);
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(weight.substring(weight.indexOf('.') + 1) + ": expected finite");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void nanInABlockIsRefusedAtItsFirstUse(float value) {
    write("transformer.blocks.1.ffn.fc1.weight", value);
    try (ImageGenerator generator = ImageGenerator.load(ModelSource.folder(folder))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> generator.generate(GenerationRequest.of("0").build()))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining("blocks.1.ffn.fc1.weight: expected finite numbers");
      }
    }
  }

  /** Without a configuration, shapes decide; sizes of 0 divide nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"vae", "transformer"})
  void emptyWeightsAreRefused(String part) throws IOException {
    String other = part.equals("vae") ? "transformer" : "vae";
    Files.copy(MODEL.resolve(other + ".pth"), folder.resolve(other + ".pth"));
    Path file = folder.resolve(part + ".safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(MODEL.resolve(part + ".pth"))) {
      for (StoredTensor empty : checkpoint.tensors().values()) {
        long[] shape = empty.shape();
        shape[0] = 0;
        List<StoredTensor> tensors = new ArrayList<>(checkpoint.tensors().values());
        tensors.replaceAll(
            t ->
                t == empty
                    ? StoredTensor.contiguous(
                        t.name(), t.dtype(), shape, MemorySegment.ofArray(new byte[0]))
                    : t);
        SafetensorsWriter.write(file, tensors, Map.of());
        if (!BUFFER.matcher(empty.name()).matches()) {
          assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)).close())
              .as(empty.name())
              .isInstanceOfAny(ModelException.class, CheckpointException.class);
        }
      }
    }
  }

  private static PixelArray drawn(ModelSource source) {
    try (ImageGenerator generator = ImageGenerator.load(source)) {
      return generator
          .generate(GenerationRequest.of("3").seed(1).build())
          .images()
          .getFirst()
          .pixels();
    }
  }

  private static Map<String, byte[]> files() throws IOException {
    return Map.of(
        "config.json", Files.readAllBytes(MODEL.resolve("config.json")),
        "vae.pth", Files.readAllBytes(MODEL.resolve("vae.pth")),
        "transformer.pth", Files.readAllBytes(MODEL.resolve("transformer.pth")));
  }

  /** Writes the configuration with one weight file for both parts. */
  private void nameInConfig(Path file) {
    try {
      String json = Files.readString(MODEL.resolve("config.json"));
      String names =
          "\"files\": {\"vae\": \"%1$s\", \"transformer\": \"%1$s\"}, "
              .formatted(file.getFileName());
      Files.writeString(folder.resolve("config.json"), json.replaceFirst("\\{", "{" + names));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes the model with the first element of one weight, {@code PART.KEY}, changed. */
  private void write(String weight, float value) {
    try {
      Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    for (String part : List.of("vae", "transformer")) {
      try (Checkpoint checkpoint = Checkpoint.open(MODEL.resolve(part + ".pth"))) {
        List<StoredTensor> tensors = new ArrayList<>();
        for (StoredTensor tensor : checkpoint.tensors().values()) {
          if (weight.equals(part + "." + tensor.name())) {
            assertThat(tensor.dtype()).isEqualTo(DType.FLOAT16);
            short[] values = tensor.data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
            values[0] = Float.floatToFloat16(value);
            tensors.add(
                StoredTensor.contiguous(
                    tensor.name(), DType.FLOAT16, tensor.shape(), MemorySegment.ofArray(values)));
          } else {
            tensors.add(tensor);
          }
        }
        SafetensorsWriter.write(folder.resolve(part + ".safetensors"), tensors, Map.of());
      }
    }
  }
}
