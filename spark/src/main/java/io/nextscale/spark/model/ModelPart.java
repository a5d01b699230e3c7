package io.nextscale.spark.model;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Device;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.TokenizerSource;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The parts of a described model that a function loads. */
public final class ModelPart {
  private ModelPart() {}

  /** The whole model, to generate and to score. */
  public record Generator(ModelDescription model) implements Loadable<ImageGenerator> {
    @Override
    public ImageGenerator load() {
      return ImageGenerator.load(source(model.source()), options(model));
    }

    @Override
    public long weightBytes() {
      return bytes(model);
    }

    @Override
    public int threads() {
      return model.threads();
    }

    @Override
    public String toString() {
      return "model " + model.source();
    }
  }

  /** The tokenizer alone. */
  public record Tokenizer(ModelDescription model) implements Loadable<ImageTokenizer> {
    @Override
    public ImageTokenizer load() {
      return ImageTokenizer.load(tokenizer(model.source()), options(model));
    }

    @Override
    public long weightBytes() {
      return 0; // a tokenizer takes less than the 1 GiB that is asked for beside weights
    }

    @Override
    public int threads() {
      return model.threads();
    }

    @Override
    public String toString() {
      return "tokenizer of " + model.source();
    }
  }

  private static long bytes(ModelDescription model) {
    return model.path().map(ModelFiles::bytes).orElse(0L);
  }

  private static LoadOptions options(ModelDescription model) {
    ExecutorChecksum.require(model.path(), model.source(), model.sha256());
    return new LoadOptions(device(model.device()), model.type());
  }

  private static Device device(String name) {
    return name.equals("gpu") ? TaskPlace.gpu() : Device.parse(name);
  }

  private static ModelSource source(String source) {
    if (source.startsWith(ModelDescription.DEMO)) {
      return DemoModel.source(source.substring(ModelDescription.DEMO.length()));
    }
    if (source.startsWith(ModelDescription.RANDOM)) {
      return ModelSource.randomPreset(source.substring(ModelDescription.RANDOM.length()), 0);
    }
    if (ModelFiles.isAddress(source)) {
      return ModelSource.uri(URI.create(source));
    }
    return ModelSource.folder(ModelFiles.path(source).orElseThrow());
  }

  private static TokenizerSource tokenizer(String source) {
    if (source.startsWith(ModelDescription.DEMO) || source.startsWith(ModelDescription.RANDOM)) {
      return TokenizerSource.of(source(source));
    }
    if (ModelFiles.isAddress(source)) {
      return TokenizerSource.uri(URI.create(source));
    }
    Path path = ModelFiles.path(source).orElseThrow();
    return Files.isRegularFile(path) ? TokenizerSource.file(path) : TokenizerSource.folder(path);
  }
}
