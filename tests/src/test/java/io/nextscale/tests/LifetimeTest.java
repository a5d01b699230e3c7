package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.SystemMemory;
import io.nextscale.var.Cancellation;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ScaleEvent;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of a generator; {@link NothingIsLeft} counts the tensors after each test. */
class LifetimeTest {
  private ImageGenerator generator;
  private long weights;

  @BeforeEach
  void load() {
    generator = ImageGenerator.load(DemoModel.source());
    weights = Torch.liveTensors();
  }

  @AfterEach
  void close() {
    generator.close();
  }

  private static GenerationRequest.Builder small() {
    return GenerationRequest.of(2).seed(1).cfg(0).sampling(Sampling.greedy());
  }

  /** Asserts that only the weights are alive, and that the generator still works. */
  private void assertUsable() {
    assertThat(Torch.liveTensors()).isEqualTo(weights);
    GenerationResult again = generator.generate(small().build());
    assertThat(again.images()).hasSize(1);
    assertThat(Torch.liveTensors()).isEqualTo(weights);
  }

  // ---- failures during a run ------------------------------------------------------------------

  @Test
  void anExceptionFromTheListenerEndsTheGeneration() {
    IllegalArgumentException mine = new IllegalArgumentException("mine");
    GenerationRequest request =
        small()
            .onScale(
                event -> {
                  event.preview();
                  if (event.index() == 2) {
                    throw mine;
                  }
                })
            .build();
    assertThatThrownBy(() -> generator.generate(request)).isSameAs(mine);
    assertUsable();
  }

  @Test
  void cancellationEndsTheGeneration() {
    Cancellation cancellation = new Cancellation();
    List<Integer> seen = new ArrayList<>();
    GenerationRequest request =
        small()
            .cancellation(cancellation)
            .onScale(
                event -> {
                  seen.add(event.index());
                  if (event.index() == 1) {
                    cancellation.cancel();
                  }
                })
            .build();
    assertThatThrownBy(() -> generator.generate(request))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("cancelled");
    assertThat(seen).containsExactly(0, 1);
    assertUsable();
  }

  @Test
  void cancellationAfterTheLastScaleStopsBeforeTheDecoder() {
    Cancellation cancellation = new Cancellation();
    GenerationRequest request =
        small()
            .cancellation(cancellation)
            .onScale(
                event -> {
                  if (event.index() == event.count() - 1) {
                    cancellation.cancel();
                  }
                })
            .build();
    assertThatThrownBy(() -> generator.generate(request)).isInstanceOf(CancellationException.class);
    assertUsable();
  }

  @Test
  void interruptionEndsTheGeneration() {
    GenerationRequest request =
        small().onScale(event -> Thread.currentThread().interrupt()).build();
    try {
      assertThatThrownBy(() -> generator.generate(request))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).as("the interruption is still visible").isTrue();
    }
    assertUsable();
  }

  @Test
  void badRequestsAreRefusedBeforeAnyWork() {
    AtomicInteger scales = new AtomicInteger();
    PixelArray tooSmall = PixelArray.of(8, 8, new float[192]);
    PixelArray fits = PixelArray.of(64, 64, new float[3 * 64 * 64]);
    EditRegion box = EditRegion.box(0, 0, .5, .5);
    List<GenerationRequest.Builder> requests =
        List.of(
            GenerationRequest.of("no such thing"),
            GenerationRequest.of(20),
            GenerationRequest.of("-1"),
            small().sampling(Sampling.all().withTopK(1025)),
            small().edit(Inpainting.inPaint(tooSmall, box)),
            small().edit(Inpainting.inPaint(fits, EditRegion.box(.5, 0, .5, 1))),
            small().edit(new Inpainting(List.of(fits, fits), box, true)),
            small().edit(new Inpainting(List.of(), box, true)));
    for (GenerationRequest.Builder request : requests) {
      request.onScale(event -> scales.incrementAndGet());
      assertThatThrownBy(() -> generator.generate(request.build()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Torch.liveTensors()).isEqualTo(weights);
    }
    assertThat(scales).hasValue(0);
    assertThatThrownBy(() -> GenerationRequest.of(new int[0]).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one class");
    Scales other = Scales.squares(1, 2);
    TokenMaps foreign = new TokenMaps(other, new long[1][5]);
    long[][] beyond = new long[1][130];
    beyond[0][129] = 1024;
    TokenMaps outside = new TokenMaps(generator.spec().scales(), beyond);
    TokenMaps right = new TokenMaps(generator.spec().scales(), new long[1][130]);
    List<Supplier<Object>> calls =
        List.of(
            () -> generator.decode(foreign, 1),
            () -> generator.decode(outside, 6),
            () -> generator.decode(right, 0),
            () -> generator.decode(right, 7),
            () -> generator.score(foreign, List.of("1"), false),
            () -> generator.score(outside, List.of("1"), false),
            () -> generator.score(right, List.of(), false),
            () -> generator.score(right, List.of("20"), false),
            () -> generator.tokenize(List.of()),
            () -> generator.tokenize(List.of(tooSmall)));
    for (Supplier<Object> call : calls) {
      assertThatThrownBy(call::get).isInstanceOf(IllegalArgumentException.class);
      assertThat(Torch.liveTensors()).isEqualTo(weights);
    }
    assertUsable();
  }

  @Test
  void anEventIsUsableDuringItsCallOnly() {
    AtomicReference<ScaleEvent> kept = new AtomicReference<>();
    generator.generate(small().onScale(kept::set).build());
    assertThat(kept.get().tokens()).hasSize(64);
    assertThatThrownBy(() -> kept.get().logits()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kept.get().preview()).isInstanceOf(IllegalStateException.class);
  }

  // ---- threads and closing --------------------------------------------------------------------

  @Test
  void fourThreadsGenerateAtOnce() {
    withOneThread(
        () -> {
          fourThreads();
          return true;
        });
    assertUsable();
  }

  private void fourThreads() {
    List<long[]> expected = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      expected.add(generator.generate(sampled(seed)).tokens().tokens()[0]);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<GenerationResult>> results = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int seed = i % 4;
        results.add(threads.submit(() -> generator.generate(sampled(seed))));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i))
            .succeedsWithin(Duration.ofMinutes(2))
            .extracting(result -> result.tokens().tokens()[0])
            .as("call %d", i)
            .isEqualTo(expected.get(i % 4));
      }
    }
  }

  private static GenerationRequest sampled(int seed) {
    return GenerationRequest.of(3 * seed)
        .seed(seed)
        .cfg(1)
        .sampling(Sampling.all().withTopK(50))
        .build();
  }

  @Test
  void closingWaitsForCallsInFlight() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    GenerationRequest request =
        small()
            .onScale(
                event -> {
                  inside.countDown();
                  await(goOn);
                })
            .build();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<GenerationResult> call = threads.submit(() -> generator.generate(request));
      assertThat(inside.await(1, TimeUnit.MINUTES)).isTrue();
      Future<?> closing = threads.submit(() -> generator.close());
      assertThatThrownBy(() -> closing.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      goOn.countDown();
      assertThat(call.get(1, TimeUnit.MINUTES).images()).hasSize(1);
      closing.get(1, TimeUnit.MINUTES);
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void useAfterClosingIsRefused() {
    generator.close();
    generator.close(); // again does nothing
    TokenMaps tokens = new TokenMaps(generator.spec().scales(), new long[1][130]);
    List<Supplier<Object>> calls =
        List.of(
            () -> generator.generate(small().build()),
            () -> generator.tokenize(List.of(PixelArray.of(64, 64, new float[12288]))),
            () -> generator.decode(tokens, 6),
            () -> generator.score(tokens, List.of("1"), false));
    for (Supplier<Object> call : calls) {
      assertThatThrownBy(call::get)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void closingFromTheListenerIsRefused() {
    GenerationRequest request = small().onScale(event -> generator.close()).build();
    assertThatThrownBy(() -> generator.generate(request))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("listener");
    assertUsable();
  }

  // ---- memory ---------------------------------------------------------------------------------

  /** Servers and Spark call from threads that come and go. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void memoryStaysFlatOverManyGenerations(boolean eachOnItsOwnThread) {
    if (!Files.isReadable(STATM)) {
      System.out.println("LifetimeTest: resident memory NOT MEASURED, there is no " + STATM);
      return;
    }
    double grown = withOneThread(() -> growth(eachOnItsOwnThread));
    System.out.printf("  resident memory grew by %.1f MB over 125 generations%n", grown);
    // a run's tensors take some 10 MB: one run in 70 left behind would show
    assertThat(grown).isLessThan(15);
  }

  /**
   * From the least of four measurements to the least of four later ones, in megabytes: what Java's
   * compiler takes comes and goes.
   */
  private double growth(boolean eachOnItsOwnThread) {
    for (int i = 0; i < 30; i++) {
      generate(i, eachOnItsOwnThread);
    }
    double early = Double.POSITIVE_INFINITY;
    double late = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= 200; i++) {
      if (i % 25 == 0) {
        System.gc();
        SystemMemory.trim(); // the amount of free memory that is kept for reuse varies
        double now = (residentBytes() - heapBytes()) / 1e6;
        System.out.printf("  after %d: %.1f MB outside the heap%n", i, now);
        if (i < 100) {
          early = Math.min(early, now);
        } else if (i > 100) {
          late = Math.min(late, now);
        }
      }
      generate(i, eachOnItsOwnThread);
    }
    return late - early;
  }

  private void generate(int seed, boolean onItsOwnThread) {
    GenerationRequest request = small().seed(seed).build();
    if (onItsOwnThread) {
      CompletableFuture.runAsync(
              () -> generator.generate(request), work -> Thread.ofPlatform().start(work))
          .join();
    } else {
      generator.generate(request);
    }
  }

  /** With several runs at once, or on a busy machine, OpenMP's threads mostly wait. */
  private static <T> T withOneThread(Supplier<T> work) {
    int before = CpuThreads.count();
    CpuThreads.setCount(1);
    try {
      return work.get();
    } finally {
      CpuThreads.setCount(before);
    }
  }

  private static final Path STATM = Path.of("/proc/self/statm");

  private static long heapBytes() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
  }

  private static long residentBytes() {
    try {
      return Long.parseLong(Files.readString(STATM).split(" ")[1]) * 4096;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
