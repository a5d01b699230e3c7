package io.nextscale.train.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.train.SmallModels;
import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.RgbImage;
import io.nextscale.train.tokenizer.TokenizerInitialization;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCacheTest {
  private static final int COUNT = 11; // more than are encoded together
  private static final Scales SIDES = Scales.squares(1, 2, 3);
  private static final Augmentation CHANGE = new Augmentation(0.5, Set.of(), 0.2, 2, 3, 0.5);

  @TempDir private Path folder;

  private long before;

  @BeforeEach
  void count() {
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private static ImageCache images() {
    Random random = new Random(1);
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      byte[] levels = new byte[3 * SmallModels.SIZE * SmallModels.SIZE];
      random.nextBytes(levels);
      images.add(new RgbImage(SmallModels.SIZE, SmallModels.SIZE, levels));
    }
    return ImageCache.of(Path.of("noise"), List.of("a"), images, new int[COUNT]);
  }

  private static TokenCache encode(String family, int copies, long seed, IntConsumer progress) {
    ModelSpec spec = SmallModels.spec(family);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = SmallModels.tokenizer(spec, TokenizerInitialization.weights(6));
      return TokenCache.encode(tokenizer, SIDES, images(), CHANGE, copies, seed, progress);
    }
  }

  private static TokenCache encode(int copies) {
    return encode("flexvar", copies, 1, done -> {});
  }

  private static TokenMaps copy(TokenCache cache, int number) {
    int[] copies = IntStream.generate(() -> number).limit(COUNT).toArray();
    return cache.maps(IntStream.range(0, COUNT).toArray(), copies, SIDES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void plainTokensAreThoseOfTheTokenizer(String family) {
    TokenCache cache = encode(family, 1, 1, done -> {});
    assertThat(cache.images()).isEqualTo(COUNT);
    assertThat(cache.copies()).isEqualTo(1);
    ModelSpec spec = SmallModels.spec(family);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = SmallModels.tokenizer(spec, TokenizerInitialization.weights(6));
      float[] pixels = images().batch(0, COUNT).pixels();
      Tensor plain = Tensor.of(pixels, COUNT, 3, SmallModels.SIZE, SmallModels.SIZE);
      TokenMaps expected = tokenizer.quantize(tokenizer.encode(plain), SIDES);
      assertThat(copy(cache, 0)).isEqualTo(expected);
      // the comparison says something: tokens and images are not all alike
      assertThat(IntStream.range(0, COUNT).mapToObj(b -> expected.slice(b, b + 1)).distinct())
          .hasSizeGreaterThan(COUNT / 2);
    }
  }

  @Test
  void copiesDifferAndTheFirstIsPlain() {
    TokenCache cache = encode(3);
    assertThat(cache.copies()).isEqualTo(3);
    assertThat(copy(cache, 0)).isEqualTo(copy(encode(1), 0));
    assertThat(copy(cache, 1)).isNotEqualTo(copy(cache, 0));
    assertThat(copy(cache, 2)).isNotEqualTo(copy(cache, 0)).isNotEqualTo(copy(cache, 1));
    assertThat(copy(encode("flexvar", 3, 1, done -> {}), 2)).isEqualTo(copy(cache, 2));
    assertThat(copy(encode("flexvar", 3, 99, done -> {}), 2)).isNotEqualTo(copy(cache, 2));
  }

  @Test
  void someScalesOfSomeImagesAreCutOut() {
    TokenCache cache = encode(2);
    Scales some = Scales.squares(1, 3);
    TokenMaps maps = cache.maps(new int[] {7, 0, 7}, new int[] {1, 0, 0}, some);
    assertThat(maps.scales()).isEqualTo(some);
    assertThat(maps.slice(0, 1)).isEqualTo(cut(copy(cache, 1), 7, some));
    assertThat(maps.slice(1, 2)).isEqualTo(cut(copy(cache, 0), 0, some));
    assertThat(maps.slice(2, 3)).isEqualTo(cut(copy(cache, 0), 7, some));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.maps(new int[1], new int[1], Scales.squares(1, 4)))
        .withMessageContaining("scale 4")
        .withMessageContaining("1,2,3");
  }

  /** The tokens 0 and 5 to 13 of 1, 2·2 and 3·3. */
  private static TokenMaps cut(TokenMaps all, int image, Scales some) {
    long[] tokens = all.tokens()[image];
    long[] wanted = new long[10];
    wanted[0] = tokens[0];
    System.arraycopy(tokens, 5, wanted, 1, 9);
    return new TokenMaps(some, new long[][] {wanted});
  }

  @Test
  void whatWasSavedIsLoaded() {
    Path file = folder.resolve("tokens.safetensors");
    TokenCache saved = encode(3);
    saved.save(file);
    TokenCache loaded = TokenCache.load(file, SIDES, COUNT, 3, 16);
    assertThat(loaded.images()).isEqualTo(COUNT);
    assertThat(loaded.copies()).isEqualTo(3);
    for (int number = 0; number < 3; number++) {
      assertThat(copy(loaded, number)).isEqualTo(copy(saved, number));
    }
  }

  @Test
  void tokensOfOtherImagesAreRefused() {
    Path file = folder.resolve("tokens.safetensors");
    encode(2).save(file);
    refused(file, SIDES, COUNT + 1, 2, "2 copies of 12 images with 14 tokens");
    refused(file, SIDES, COUNT, 3, "3 copies of 11 images");
    refused(file, SIDES, 2, COUNT, "11 copies of 2 images");
    refused(file, Scales.squares(1, 2), COUNT, 2, "with 5 tokens");
    SafetensorsWriter.write(file, List.of(), Map.of());
    refused(file, SIDES, COUNT, 2, "tokens");
    float[] fractions = new float[14];
    write(file, StoredTensor.of("tokens", fractions, new long[] {1, 1, 14}));
    refused(file, SIDES, 1, 1, "int64");
  }

  @ParameterizedTest
  @ValueSource(longs = {16, -1, Long.MAX_VALUE})
  void tokensBeyondTheVocabularyAreRefused(long token) {
    Path file = folder.resolve("tokens.safetensors");
    long[] tokens = new long[28];
    tokens[17] = token;
    write(file, StoredTensor.of("tokens", tokens, new long[] {1, 2, 14}));
    refused(file, SIDES, 2, 1, "token " + token + " of image 1 at position 3");
  }

  private static void write(Path file, StoredTensor tensor) {
    SafetensorsWriter.write(file, List.of(tensor), Map.of());
  }

  private static void refused(Path file, Scales scales, int images, int copies, String named) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> TokenCache.load(file, scales, images, copies, 16))
        .withMessageContaining(file.toString())
        .withMessageContaining(named);
  }

  @Test
  void progressIsToldAndMayStop() {
    List<Integer> told = new ArrayList<>();
    encode("flexvar", 2, 1, told::add);
    assertThat(told).containsExactly(8, 16, 22);
    told.clear();
    IntConsumer stopping =
        done -> {
          told.add(done);
          throw new CancellationException("enough");
        };
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> encode("flexvar", 2, 1, stopping))
        .withMessage("enough");
    assertThat(told).containsExactly(8);
  }
}
