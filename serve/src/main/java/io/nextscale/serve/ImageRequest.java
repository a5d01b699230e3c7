package io.nextscale.serve;

import io.nextscale.torch.DType;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.UnknownClassException;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.ClassifierFreeGuidance.Form;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Reads the request for images from the fields of an OpenAI request and our own. */
final class ImageRequest {
  private static final int MOST_IMAGES = 10;
  private static final long SEEDS = 1L << 53; // exact in JavaScript
  private static final int LONGEST_SIDE = 4096;
  private static final int GREATEST_CFG = 1000; // logits stay far from overflow

  /** Pixels of an image, given or generated; a larger one would keep all others waiting. */
  private static final long MOST_PIXELS = 1 << 20;

  /** Tokens of all images of a request, for the same reason. */
  static final int MOST_TOKENS = 1 << 16;

  private final Fields fields;
  private final ImageGenerator generator;
  private final ModelSpec spec;

  ImageRequest(Fields fields, ImageGenerator generator) {
    this.fields = fields;
    this.generator = generator;
    this.spec = generator.spec();
  }

  /**
   * Begins the request.
   *
   * @throws ApiException if a field is wrong
   */
  GenerationRequest.Builder builder() {
    GenerationRequest.Builder request =
        GenerationRequest.of(classes())
            .seed(
                fields
                    .integer("seed", Long.MIN_VALUE, Long.MAX_VALUE)
                    .orElseGet(() -> ThreadLocalRandom.current().nextLong(SEEDS)))
            .guidance(checked("cfg", this::guidance))
            .sampling(checked("sampling", this::sampling));
    choose(request, selection());
    fields.choice("background", "auto", "opaque");
    fields
        .choice("dtype", "f32", "float32", "bf16", "bfloat16")
        .ifPresent(this::requireComputeType);
    return request;
  }

  private static void choose(GenerationRequest.Builder request, ScaleSelection selection) {
    if (selection.size() != null) {
      request.size(selection.size().height(), selection.size().width());
    }
    if (selection.steps() != null) {
      request.steps(selection.steps());
    }
    if (selection.scales() != null) {
      request.scales(selection.scales());
    }
  }

  /**
   * Sets an edit and ends the request.
   *
   * @throws ApiException if the model does not take it, or it asks for too much at once
   */
  GenerationRequest build(GenerationRequest.Builder request, Optional<ImageEdit> edit) {
    edit.ifPresent(request::edit);
    GenerationRequest built = checked("request", request::build);
    Scales scales =
        checked(
            "request",
            () -> {
              ScaleSelection selection = selection();
              return edit.isPresent() ? edit.get().scales(spec, selection) : selection.of(spec);
            });
    int images = built.classes().size();
    if ((long) images * scales.tokens() > MOST_TOKENS) {
      throw ApiException.invalid(
          "n",
          "%s images of %s tokens: expected at most %s tokens in one request"
              .formatted(images, scales.tokens(), MOST_TOKENS));
    }
    return built;
  }

  private List<String> classes() {
    String prompt = fields.text("prompt").orElse("").strip();
    if (prompt.isEmpty()) {
      throw new ApiException(
          400, "prompt", "missing", "prompt is missing: the name of a class, such as " + example());
    }
    long count = fields.integer("n", 1, MOST_IMAGES).orElse(1);
    List<String> names = names(prompt);
    requireFew(names.size(), count);
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.addAll(Collections.nCopies((int) count, name)));
    return all;
  }

  private static void requireFew(int classes, long count) {
    if (classes * count > MOST_IMAGES) {
      throw ApiException.invalid(
          "n",
          "n %s of %s classes: expected at most %s images".formatted(count, classes, MOST_IMAGES));
    }
  }

  /** The whole prompt as one class, else its parts between commas. */
  private List<String> names(String prompt) {
    try {
      spec.classId(prompt);
      return List.of(prompt);
    } catch (UnknownClassException whole) {
      List<String> parts = Arrays.stream(prompt.split(",")).map(String::strip).toList();
      if (parts.size() < 2) {
        throw unknown(whole);
      }
      requireFew(parts.size(), 1); // before each of them is looked up
      try {
        parts.forEach(spec::classId);
        return parts;
      } catch (UnknownClassException part) {
        throw unknown(part);
      }
    } catch (IllegalArgumentException e) { // a name that several classes have
      throw ApiException.invalid("prompt", String.valueOf(e.getMessage()));
    }
  }

  private static ApiException unknown(UnknownClassException e) {
    return new ApiException(400, "prompt", "unknown_class", String.valueOf(e.getMessage()));
  }

  private String example() {
    return spec.classNames().isEmpty() ? "0" : spec.classNames().getFirst();
  }

  private ClassifierFreeGuidance guidance() {
    ClassifierFreeGuidance guidance = spec.defaults().guidance();
    Optional<String> form = fields.choice("guidance", "ramp", "constant");
    if (form.isPresent()) {
      guidance = guidance.withForm(Form.valueOf(form.get().toUpperCase(Locale.ROOT)));
    }
    OptionalDouble cfg = fields.number("cfg");
    if (cfg.orElse(0) > GREATEST_CFG) {
      throw ApiException.invalid(
          "cfg", "cfg %s: expected 0 to %s".formatted(cfg.getAsDouble(), GREATEST_CFG));
    }
    return cfg.isPresent() ? guidance.withStrength(cfg.getAsDouble()) : guidance;
  }

  private Sampling sampling() {
    Sampling sampling = spec.defaults().sampling();
    OptionalLong topK = fields.integer("top_k", 0, Integer.MAX_VALUE);
    if (topK.isPresent()) {
      int k = (int) topK.getAsLong();
      sampling = sampling.withTopK(k == 0 ? OptionalInt.empty() : OptionalInt.of(k));
    }
    OptionalDouble topP = fields.number("top_p");
    if (topP.isPresent()) {
      sampling = sampling.withTopP(topP.getAsDouble() == 0 ? OptionalDouble.empty() : topP);
    }
    OptionalDouble temperature = fields.number("temperature");
    if (temperature.isPresent()) {
      sampling = sampling.withTemperature(temperature.getAsDouble());
    }
    return spec.requireSampling(sampling);
  }

  /** The scales that the request chooses. */
  private ScaleSelection selection() {
    OptionalLong steps = fields.integer("steps", 1, 100);
    Optional<Scales> scales =
        fields.text("scales").map(text -> checked("scales", () -> ofFewPixels(text, spec)));
    return new ScaleSelection(
        size().orElse(null),
        steps.isPresent() ? (Integer) (int) steps.getAsLong() : null,
        scales.orElse(null));
  }

  private Optional<ImageSize> size() {
    Optional<String> text = fields.text("size").filter(given -> !given.equals("auto"));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    ImageSize size = size(text.get());
    requirePixels("size", size.height(), size.width());
    if (spec.hasFreeScales()) {
      return Optional.of(size);
    }
    ImageSize own = spec.imageSize();
    if (!size.equals(own)) {
      throw ApiException.invalid(
          "size",
          "size %s: the model %s has %sx%s, or auto"
              .formatted(text.get(), spec.name(), own.width(), own.height()));
    }
    return Optional.empty();
  }

  /** Reads scales whose image is not too large. */
  static Scales ofFewPixels(String text, ModelSpec spec) {
    Scales scales = Scales.parse(text);
    ImageSize size = spec.imageSize(scales);
    requirePixels("scales", size.height(), size.width());
    return scales;
  }

  /**
   * Checks the size of an image.
   *
   * @throws ApiException if it is too large
   */
  static void requirePixels(String param, int height, int width) {
    if ((long) height * width > MOST_PIXELS) {
      throw ApiException.invalid(
          param,
          "%s: an image of %sx%s; expected at most %s pixels"
              .formatted(param, width, height, MOST_PIXELS));
    }
  }

  /** Width x height, as OpenAI writes sizes; ours are height x width. */
  private static ImageSize size(String text) {
    String[] sides = text.toLowerCase(Locale.ROOT).split("x", -1);
    try {
      if (sides.length == 2) {
        int width = Integer.parseInt(sides[0]);
        int height = Integer.parseInt(sides[1]);
        if (width >= 1 && height >= 1 && Math.max(width, height) <= LONGEST_SIDE) {
          return new ImageSize(height, width);
        }
      }
    } catch (NumberFormatException e) {
      // the message below says what is wrong
    }
    throw ApiException.invalid(
        "size",
        "size %s: expected WIDTHxHEIGHT of 1 to %s pixels, or auto".formatted(text, LONGEST_SIDE));
  }

  private void requireComputeType(String name) {
    DType asked = name.startsWith("b") ? DType.BFLOAT16 : DType.FLOAT32;
    DType own = generator.options().computeType();
    if (asked != own) {
      throw ApiException.invalid(
          "dtype", "dtype %s: the server computes in %s".formatted(name, own));
    }
  }

  /** Runs a step of the library and makes its refusal an error of the request. */
  static <T> T checked(String param, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(param, String.valueOf(e.getMessage()));
    }
  }
}
