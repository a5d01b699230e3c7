package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Torch;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Damaged models on the whole path: load, generate, close. Only documented exceptions leave it,
 * with messages that fit a screen, and no tensor stays. {@code -Dnextscale.fuzz=N} damages N models
 * instead of a few hundred, {@code -Dnextscale.fuzz.seed=S} others.
 */
class HostileModelTest {
  private static final int ATTEMPTS = Integer.getInteger("nextscale.fuzz", 300);
  private static final long SEED = Long.getLong("nextscale.fuzz.seed", 1);
  private static final int LONGEST_MESSAGE = 2500;
  private static final int STRUCTURE = 40_000; // bytes at both ends of a file, with its structure

  private static final Map<String, byte[]> MODEL = files(Fixture.resource("golden/share-2"));

  @AfterEach
  void nothingIsAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void onlyDocumentedExceptionsLeaveThePath() {
    Map<String, Integer> outcomes = new TreeMap<>();
    Random random = new Random(SEED);
    List<String> names = List.copyOf(MODEL.keySet());
    for (int i = 0; i < ATTEMPTS; i++) {
      Map<String, byte[]> damaged = new LinkedHashMap<>(MODEL);
      String name = names.get(random.nextInt(names.size()));
      damaged.put(name, damaged(MODEL.get(name), name, random));
      if (random.nextInt(3) == 0) {
        damaged.remove("config.json"); // so that shapes decide
      }
      String outcome = outcome(damaged);
      outcomes.merge(outcome, 1, Integer::sum);
      assertThat(Torch.liveTensors()).as("attempt %d: %s", i, outcome).isZero();
    }
    System.out.printf("%d damaged models: %s%n", ATTEMPTS, outcomes);
    assertThat(outcomes).hasSizeGreaterThan(2);
  }

  /** Any other exception, and any error, falls through and fails the test. */
  private static String outcome(Map<String, byte[]> files) {
    RuntimeException refusal;
    try (ImageGenerator generator = ImageGenerator.load(ModelSource.bytes("damaged", files))) {
      try {
        generator.generate(GenerationRequest.of("0").seed(1).build());
        return "generated";
      } catch (CheckpointException | IllegalArgumentException | IllegalStateException e) {
        refusal = e;
      }
    } catch (ModelException | CheckpointException e) {
      refusal = e;
    }
    assertThat(String.valueOf(refusal.getMessage())).hasSizeLessThan(LONGEST_MESSAGE);
    return refusal.getClass().getSimpleName();
  }

  private static byte[] damaged(byte[] good, String name, Random random) {
    byte[] bytes = good.clone();
    if (random.nextInt(20) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int n = random.nextInt(4); n >= 0; n--) {
      int reach = random.nextInt(4) == 0 ? bytes.length : Math.min(STRUCTURE, bytes.length);
      int at =
          random.nextBoolean() ? random.nextInt(reach) : bytes.length - 1 - random.nextInt(reach);
      if (name.endsWith("json")) {
        bytes[at] = (byte) "0123456789-.,[]{}:\"eftn ".charAt(random.nextInt(24));
      } else {
        bytes[at] =
            switch (random.nextInt(4)) {
              case 0 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
              case 1 -> (byte) random.nextInt(256);
              case 2 -> (byte) 0xff;
              default -> 0;
            };
      }
    }
    return bytes;
  }

  private static Map<String, byte[]> files(Path folder) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      for (String name : List.of("config.json", "vae.pth", "transformer.pth")) {
        files.put(name, Files.readAllBytes(folder.resolve(name)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
