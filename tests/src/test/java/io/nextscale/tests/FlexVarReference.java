package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.Score;
import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.Positions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares models with the results of FlexVAR's official code, group by group. The arguments of the
 * official calls come from the fixture's {@code expected.json}.
 *
 * <p>Tolerances as in {@link VarGoldenTest}.
 */
final class FlexVarReference {
  private static final double LATENTS = 1e-4;
  private static final double LOGITS = VarGoldenTest.LOGITS;
  private static final double IMAGES = VarGoldenTest.IMAGES;

  private final Fixture golden;
  private final List<PixelArray> inputs;

  FlexVarReference(Fixture golden) {
    this.golden = golden;
    PixelArray first = golden.inputs().getFirst();
    // an image of another size has tensors of its own, "nonsquare"
    inputs = golden.inputs().stream().filter(p -> p.size().equals(first.size())).toList();
  }

  /** Tokenizes and decodes, by a model or by a tokenizer alone. */
  interface Codec {
    Tokenized tokenize(List<PixelArray> images, Scales scales);

    List<PixelArray> decode(TokenMaps tokens, int scales);

    static Codec of(ImageGenerator generator) {
      return new Codec() {
        @Override
        public Tokenized tokenize(List<PixelArray> images, Scales scales) {
          return generator.tokenize(images, scales);
        }

        @Override
        public List<PixelArray> decode(TokenMaps tokens, int scales) {
          return generator.decode(tokens, scales);
        }
      };
    }

    static Codec of(ImageTokenizer tokenizer) {
      return new Codec() {
        @Override
        public Tokenized tokenize(List<PixelArray> images, Scales scales) {
          return tokenizer.tokenize(images, scales);
        }

        @Override
        public List<PixelArray> decode(TokenMaps tokens, int scales) {
          return tokenizer.decode(tokens, scales);
        }
      };
    }
  }

  // ---- tokenizer ------------------------------------------------------------------------------

  /** Compares images as read, their latents, and decoding at the grid of the latent. */
  void encodesAndDecodes(Codec codec) {
    natural(codec, "vae", inputs);
    if (golden.has("nonsquare.f")) {
      natural(codec, "nonsquare", golden.inputs().subList(1, 2));
    }
  }

  private void natural(Codec codec, String name, List<PixelArray> images) {
    String check = name + ".input_check";
    int every = images.getFirst().height() / (int) golden.shape(check)[2];
    Fixture.assertClose(check, SampledPixels.strided(images, every), golden.floats(check), 1e-6);
    long[] f = golden.shape(name + ".f");
    Scales grid = new Scales(List.of(new Scale((int) f[2], (int) f[3])));
    Tokenized tokenized = codec.tokenize(images, grid);
    assertThat(tokenized.height()).isEqualTo((int) f[2]);
    assertThat(tokenized.width()).isEqualTo((int) f[3]);
    Fixture.assertClose(name + ".f", tokenized.latent(), golden.floats(name + ".f"), LATENTS);
    if (golden.has(name + ".tokens")) {
      assertThat(tokenized.tokens().tokens()).isDeepEqualTo(golden.rows(name + ".tokens"));
    }
    List<PixelArray> decoded = codec.decode(tokenized.tokens(), 1);
    for (String image : named(Pattern.quote(name) + "\\.encode_decode\\.s\\d+")) {
      assertClose(image, SampledPixels.strided(decoded, stride(image)), golden.floats(image));
    }
    for (String image : named(Pattern.quote(name) + "\\.encode_decode\\.full0")) {
      assertClose(image, decoded.getFirst().values(), golden.floats(image));
    }
  }

  private static void assertClose(String image, float[] actual, float[] wanted) {
    Fixture.assertClose(image, actual, wanted, IMAGES);
  }

  /** Compares tokens at lists of scales, and the transformer's inputs made of them. */
  void quantizesAtListsOfScales(Codec codec, VqVae inside) {
    List<String> lists = named("(tf|vae)\\.p\\d+\\.tokens");
    assertThat(lists).isNotEmpty();
    for (String tensor : lists) {
      String name = tensor.substring(0, tensor.lastIndexOf('.'));
      TokenMaps tokens = codec.tokenize(inputs, scales(tensor, null)).tokens();
      assertThat(tokens.tokens()).as(tensor).isDeepEqualTo(golden.rows(tensor));
      float[] next = QuantizerGoldenTest.inputs(inside, tokens);
      if (golden.has(name + ".next_input")) {
        Fixture.assertClose(
            name + ".next_input", next, golden.floats(name + ".next_input"), LATENTS);
      } else {
        long[] positions = golden.longs(name + ".sel_positions");
        long[] rows = new long[positions.length - 1];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = positions[i + 1] - 1;
        }
        Fixture.assertClose(
            name + ".next_input_sel",
            ObservedRun.at(next, tokens.batch(), inside.config().codeWidth(), rows),
            golden.floats(name + ".next_input_sel"),
            LATENTS);
      }
    }
  }

  /**
   * Compares scales that are decoded as images.
   *
   * @param own scales of the model, where the official call names none
   */
  void decodesScalesAlone(Codec codec, Scales own) {
    for (String image : named("vae\\.multi_scale_decode\\.(p\\d+\\.)?\\d+\\.s\\d+")) {
      assertClose(
          image,
          SampledPixels.strided(scale(codec, image, own), stride(image)),
          golden.floats(image));
    }
    for (String image : named("vae\\.reconstructed_up\\.\\d+\\.s\\d+")) {
      PixelArray small = scale(codec, image, own).getFirst();
      PixelArray full = inputs.getFirst();
      try (TensorScope scope = TensorScope.open()) {
        Tensor tensor = Tensor.of(small.values(), 1, 3, small.height(), small.width());
        float[] values = Layers.upsampleBicubic2d(tensor, full.height(), full.width()).toFloats();
        assertClose(
            image,
            SampledPixels.strided(values, full.height(), full.width(), stride(image)),
            golden.floats(image));
      }
    }
  }

  /** Decodes the first input at the scale whose index is in the name of a reference image. */
  private List<PixelArray> scale(Codec codec, String image, Scales own) {
    Matcher index = Pattern.compile("\\.(\\d+)\\.s\\d+$").matcher(image);
    assertThat(index.find()).isTrue();
    Scales scales = scales(image, own);
    TokenMaps tokens = codec.tokenize(inputs.subList(0, 1), scales).tokens();
    int k = Integer.parseInt(index.group(1));
    List<PixelArray> images = codec.decode(tokens, k + 1);
    int patch = inputs.getFirst().height() / (int) golden.shape("vae.f")[2];
    assertThat(images.getFirst().height()).isEqualTo(scales.get(k).height() * patch);
    return images;
  }

  // ---- transformer ----------------------------------------------------------------------------

  /** Compares the position grid resized to a scale, every 8th channel. */
  void resizesPositions(Positions positions) {
    List<String> names = named("pos\\.area\\.\\d+");
    assertThat(names).isNotEmpty();
    for (String name : names) {
      int side = Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
      try (TensorScope scope = TensorScope.open()) {
        Tensor table = positions.of(Scales.squares(side)).table();
        float[] all = table.toFloats();
        float[] every = new float[all.length / 8];
        for (int i = 0; i < every.length; i++) {
          every[i] = all[8 * i];
        }
        Fixture.assertClose(name, every, golden.floats(name), 1e-5);
      }
    }
  }

  /** Compares logits of the true tokens in one masked pass. */
  void predictsUnderTeacherForcing(ImageGenerator generator) {
    List<String> names = named("tf\\.p\\d+\\.logits_sel");
    assertThat(names).isNotEmpty();
    for (String name : names) {
      String group = name.substring(0, name.lastIndexOf('.'));
      TokenMaps truth = new TokenMaps(scales(name, null), golden.rows(group + ".tokens"));
      Score score = generator.score(truth, strings(golden.arguments(name).get("labels")), true);
      Fixture.assertClose(
          name,
          ObservedRun.at(
              score.logits(),
              truth.batch(),
              vocabulary(generator),
              golden.longs(group + ".sel_positions")),
          golden.floats(name),
          LOGITS);
    }
  }

  /** Compares tokens, logits and images of the generations whose names begin with a prefix. */
  void generates(ImageGenerator generator, String prefix) {
    List<String> runs = named(prefix + "[^.]*\\.tokens");
    assertThat(runs).isNotEmpty();
    for (String tokens : runs) {
      run(generator, tokens.substring(0, tokens.lastIndexOf('.')));
    }
  }

  /** An argument of the official code, where 0 means none. */
  private static OptionalInt limit(Object value) {
    int number = ((Number) value).intValue();
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private void run(ImageGenerator generator, String name) {
    Map<?, ?> arguments = golden.arguments(name + ".tokens");
    Scales scales = scales(name + ".tokens", null);
    List<String> labels = strings(arguments.get("labels"));
    OptionalInt longest = limit(arguments.get("max_pn"));
    double topP = ((Number) arguments.get("top_p")).doubleValue();
    double cfg = ((Number) arguments.get("cfg")).doubleValue();
    boolean constant = (Boolean) arguments.get("llamagen_cfg");
    Sampling sampling =
        Sampling.all()
            .withTopK(limit(arguments.get("top_k")))
            .withTopP(topP == 0 ? OptionalDouble.empty() : OptionalDouble.of(topP))
            .withGreedyGrids(GreedyGrids.published(longest));
    if (arguments.get("invalid_ids") instanceof List<?> codes) {
      sampling =
          sampling.withExcludedCodes(codes.stream().map(c -> ((Number) c).intValue()).toList());
    }
    GenerationRequest.Builder request =
        GenerationRequest.of(labels.toArray(String[]::new))
            .scales(scales)
            .guidance(
                constant
                    ? Guidance.constant(cfg)
                    : Guidance.flexRamp(cfg).withMaxPatchNumber(longest))
            .sampling(sampling);
    if (arguments.get("effective_top_k") instanceof List<?> effective) {
      for (int k = 0; k < scales.count(); k++) {
        long topK = ((Number) effective.get(k)).longValue();
        assertThat(sampling.greedyGrids().contains(scales.get(k)))
            .as("%s is greedy at %s", name, scales.get(k))
            .isEqualTo(topK == 1);
      }
      request.noise(TableNoise.of(golden, scales, labels.size()));
    }
    ObservedRun run = ObservedRun.of(generator, request);
    assertThat(run.result().drawn().tokens()).as(name).isDeepEqualTo(golden.rows(name + ".tokens"));
    if (golden.has(name + ".logits_sel")) {
      Fixture.assertClose(
          name + ".logits_sel",
          run.at(golden.longs(name + ".sel_positions")),
          golden.floats(name + ".logits_sel"),
          LOGITS);
    }
    if (golden.has(name + ".uncombined_0_2")) {
      uncombined(generator, name, run.result().drawn(), labels);
    }
    List<String> images = named(Pattern.quote(name) + "\\.image\\.s\\d+");
    assertThat(images).hasSize(1);
    String image = images.getFirst();
    assertClose(image, SampledPixels.raw(run.result(), stride(image)), golden.floats(image));
  }

  /**
   * Compares both halves before guidance combines them, as one masked pass each over the drawn
   * tokens: the logits of a scale depend on earlier tokens only.
   */
  private void uncombined(
      ImageGenerator generator, String name, TokenMaps drawn, List<String> labels) {
    String tensor = name + ".uncombined_0_2";
    int positions = (int) golden.shape(tensor)[1];
    long[] first = new long[positions];
    java.util.Arrays.setAll(first, i -> i);
    String none = Integer.toString(generator.spec().noClass());
    float[] wanted = golden.floats(tensor);
    float[] both = new float[wanted.length];
    int half = both.length / 2;
    int vocabulary = vocabulary(generator);
    for (int part = 0; part < 2; part++) {
      List<String> classes = part == 0 ? labels : Collections.nCopies(labels.size(), none);
      float[] logits = generator.score(drawn, classes, true).logits();
      float[] some = ObservedRun.at(logits, labels.size(), vocabulary, first);
      System.arraycopy(some, 0, both, part * half, half);
    }
    Fixture.assertClose(tensor, both, wanted, LOGITS);
  }

  // ---- names and arguments --------------------------------------------------------------------

  private List<String> named(String regex) {
    return golden.names().stream().filter(name -> name.matches(regex)).sorted().toList();
  }

  private static int stride(String name) {
    return Integer.parseInt(name.substring(name.lastIndexOf(".s") + 2));
  }

  private Scales scales(String tensor, Scales otherwise) {
    if (golden.arguments(tensor).get("patch_nums") instanceof List<?> sides) {
      return Scales.squares(sides.stream().mapToInt(s -> ((Number) s).intValue()).toArray());
    }
    assertThat(otherwise).as("scales of %s", tensor).isNotNull();
    return otherwise;
  }

  private static List<String> strings(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }

  private static int vocabulary(ImageGenerator generator) {
    return generator.spec().tokenizer().vocabularySize();
  }
}
