package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ScaleSnapshot;
import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.TokenNoise;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Code of an application on the threads that compute: it cannot stop them, whatever it does. */
class ComputingThreadsTest extends GeneratorInUse {
  private static final String REFUSED =
      "this ImageGenerator is called by a LogitsProcessor or TokenNoise, which runs on a thread that"
          + " computes: expected a ScaleListener or a thread of the application";

  /** At the last scale, on all threads that draw: one of them computes, the others help it. */
  private static LogitsProcessor atTheEnd(Runnable action) {
    return (logits, place) -> {
      if (place.k() == 5) {
        action.run();
      }
    };
  }

  private void assertRefused(GenerationRequest request) {
    assertThatThrownBy(
            () -> virtual.submit(() -> generator.generate(request)).get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(REFUSED);
  }

  @Test
  void aCallOfTheGeneratorIsRefused() {
    AtomicReference<ScaleSnapshot> snapshot = new AtomicReference<>();
    generator.generate(bird(1).onScale(event -> snapshot.set(event.snapshot())).build());
    GenerationRequest other = bird(2).build();
    List<Runnable> calls =
        List.of(
            () -> generator.generate(other),
            () -> generator.generateAsync(other).join(),
            () -> generator.generate(bird(3).onScale(event -> {}).build()),
            () -> snapshot.get().images(),
            generator::close);
    for (Runnable call : calls) {
      assertRefused(bird(1).logitsProcessor(atTheEnd(call)).build());
    }
    TokenNoise noise =
        (use, image, position, row) -> {
          Arrays.fill(row, 1);
          generator.generate(other);
        };
    assertRefused(bird(1).noise(noise).build());
    assertThat(generator.generate(other).images()).hasSize(1);
  }

  @Test
  void aCheckedExceptionReachesTheCaller() {
    GenerationRequest request =
        bird(1)
            .logitsProcessor(
                atTheEnd(
                    () -> ComputingThreadsTest.<RuntimeException>fail(new IOException("disk"))))
            .build();
    assertThatThrownBy(() -> generator.generate(request))
        .isInstanceOf(IOException.class)
        .hasMessage("disk");
    assertThatThrownBy(() -> generator.generateAsync(request).join())
        .hasCauseInstanceOf(IOException.class);
  }

  @SuppressWarnings("unchecked") // as Kotlin, Scala and Groovy do
  private static <E extends Throwable> void fail(Throwable failure) throws E {
    throw (E) failure;
  }
}
