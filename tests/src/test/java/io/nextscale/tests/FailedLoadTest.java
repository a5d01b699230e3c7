package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that cannot be loaded: all problems are reported at once, and no tensor is left. */
class FailedLoadTest {
  private static final Path MODEL = Fixture.resource("golden/share-2");

  @TempDir Path folder;

  @AfterEach
  void nothingIsAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** A source that lacks a weight, has one of another shape, and has one more. */
  private record Damaged(WeightSource whole, String missing, String other) implements WeightSource {
    @Override
    public Path origin() {
      return whole.origin();
    }

    @Override
    public Set<String> keys() {
      Set<String> keys = new TreeSet<>(whole.keys());
      keys.remove(missing);
      keys.add("surplus.weight");
      return keys;
    }

    @Override
    public Optional<Tensor> get(String key, long... shape) {
      if (key.equals(missing)) {
        return Optional.empty();
      }
      return key.equals(other)
          ? Optional.of(Tensor.zeros(DType.FLOAT32, Device.CPU, 7, 5))
          : whole.get(key, shape);
    }
  }

  @Test
  void namesAllMissingMismatchedAndUnexpectedWeightsAtOnce() {
    ModelSource tokenizer =
        () -> {
          OpenModel open = ModelSource.folder(MODEL).open();
          WeightSource damaged =
              new Damaged(open.tokenizerWeights(), "encoder.conv_in.bias", "quant_conv.weight");
          return new OpenModel(open.spec(), damaged, open.transformerWeights(), open.files());
        };
    assertThatThrownBy(() -> ImageGenerator.load(tokenizer))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("vae.pth")
        .hasMessageContaining("1 missing: encoder.conv_in.bias [32]")
        .hasMessageContaining("quant_conv.weight is [7, 5], expected [10, 10, 1, 1]")
        .hasMessageContaining("1 unexpected: surplus.weight");
    ModelSource transformer =
        () -> {
          OpenModel open = ModelSource.folder(MODEL).open();
          WeightSource damaged =
              new Damaged(open.transformerWeights(), "head.bias", "blocks.1.ffn.fc2.weight");
          return new OpenModel(open.spec(), open.tokenizerWeights(), damaged, open.files());
        };
    assertThatThrownBy(() -> ImageGenerator.load(transformer))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("transformer.pth")
        .hasMessageContaining("missing: head.bias [80]")
        .hasMessageContaining("blocks.1.ffn.fc2.weight is [7, 5]")
        .hasMessageContaining("surplus.weight");
  }

  @Test
  void namesTheFilesThatAFolderLacks() throws IOException {
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder.resolve("none"))))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("it has none of [vae.safetensors, vae.pth, vae.pt]");
    copy("vae.pth");
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(
            "it has none of [transformer.safetensors, transformer.pth, transformer.pt]");
  }

  @Test
  void refusesFilesThatDoNotFitTheirConfiguration() throws IOException {
    copy("vae.pth");
    copy("transformer.pth");
    String config = Files.readString(MODEL.resolve("config.json"));
    Path json = folder.resolve("config.json");
    Files.writeString(json, config.replace("\"depth\": 2", "\"depth\": 3"));
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("missing: ")
        .hasMessageContaining("blocks.2.");
    Files.writeString(json, config.replace("\"vocab_size\": 80", "\"vocab_size\": 81"));
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("quantize.embedding.weight is [80, 10], expected [81, 10]");
    Files.writeString(json, config.replace("\"depth\": 2", "\"depth\": \"2\""));
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("depth is 2, expected a whole number");
    Files.writeString(json, config.replace("\"family\": \"var\"", "\"family\": \"flex\""));
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("family \"flex\"");
    Files.writeString(json, "{");
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void refusesTheWrongKindOfFile() {
    Path vae = MODEL.resolve("vae.pth");
    Path transformer = MODEL.resolve("transformer.pth");
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.files(transformer, vae)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("this is not the tokenizer");
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.files(vae, vae)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("this is not the transformer");
    assertThatThrownBy(
            () -> ImageGenerator.load(ModelSource.files(vae, MODEL.resolve("input_0.png"))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("input_0.png");
  }

  @Test
  void refusesADeviceThatIsNotThere() {
    LoadOptions cuda = new LoadOptions(Device.parse("cuda:7"), DType.FLOAT32);
    assertThatThrownBy(() -> ImageGenerator.load(ModelSource.folder(MODEL), cuda))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cuda:7");
    assertThatThrownBy(() -> new LoadOptions(Device.CPU, DType.FLOAT16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected float32 or bfloat16");
  }

  private void copy(String name) throws IOException {
    Files.copy(MODEL.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
