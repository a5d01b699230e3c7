package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Threads of a generator that a server uses; {@link NothingIsLeft} counts the tensors after each
 * test.
 */
class ServerUseTest extends GeneratorInUse {
  @Test
  void virtualThreadsGenerateWithListenersThatBlock() throws Exception {
    List<long[]> expected = List.of(tokens(bird(0)), tokens(bird(1)), tokens(bird(2)));
    List<Future<long[]>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long seed = i % 3;
      answers.add(
          virtual.submit(
              () -> {
                Thread caller = Thread.currentThread();
                return tokens(
                    bird(seed)
                        .onScale(
                            event -> {
                              assertThat(Thread.currentThread()).isSameAs(caller);
                              sleep(5);
                              assertThat(event.preview()).hasSize(1);
                              assertThat(event.logits()).isNotEmpty();
                            }));
              }));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get(3, TimeUnit.MINUTES)).isEqualTo(expected.get(i % 3));
    }
  }

  @Test
  void oneThreadComputesForAllCallers() throws Exception {
    Set<String> computing = ConcurrentHashMap.newKeySet();
    TokenNoise counter = new CounterNoise(new long[] {1});
    TokenNoise noise =
        (use, image, position, row) -> {
          if (position == 0) { // one row alone is drawn by the thread that computes
            computing.add(Thread.currentThread().getName());
          }
          counter.exponentials(use, image, position, row);
        };
    List<Future<long[]>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(virtual.submit(() -> tokens(bird(1).noise(noise))));
    }
    for (Future<long[]> answer : answers) {
      answer.get(3, TimeUnit.MINUTES);
    }
    assertThat(computing).singleElement().asString().startsWith("nextscale-compute-");
  }

  /** Begins a generation and returns when its listener has the first scale and waits. */
  private CompletableFuture<GenerationResult> inItsListener(
      GenerationRequest.Builder request, CountDownLatch goOn) {
    CountDownLatch inside = new CountDownLatch(1);
    CompletableFuture<GenerationResult> result =
        generator.generateAsync(
            request
                .onScale(
                    event -> {
                      inside.countDown();
                      await(goOn);
                    })
                .build());
    await(inside);
    return result;
  }

  @Test
  void othersComputeWhileAListenerBlocks() {
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<GenerationResult> slow = inItsListener(bird(1), goOn);
    assertThat(tokens(bird(2))).hasSize(130);
    assertThat(slow).isNotDone();
    goOn.countDown();
    assertThat(slow).succeedsWithin(LONG);
    assertThat(slow.join().tokens().tokens()[0]).isEqualTo(tokens(bird(1)));
  }

  @Test
  void aRequestWithoutListenerIsComputedBeforeYoungerOnes() {
    Holding holding = new Holding();
    CompletableFuture<GenerationResult> first =
        generator.generateAsync(bird(1).noise(holding).build());
    await(holding.reached);
    List<Long> seeds = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<GenerationResult>> waiting = new ArrayList<>();
    for (long seed = 2; seed < 5; seed++) {
      long own = seed;
      waiting.add(
          generator.generateAsync(
              bird(seed).logitsProcessor((logits, place) -> seeds.add(own)).build()));
    }
    sleep(100); // until all of them wait, most likely
    holding.released.countDown();
    assertThat(first).succeedsWithin(LONG);
    waiting.forEach(result -> assertThat(result).succeedsWithin(LONG));
    assertThat(seeds).hasSize(3 * 130).isSorted();
  }

  @Test
  void anOlderRequestGoesOnBetweenTheScalesOfAYoungerOne() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<GenerationResult> older =
        inItsListener(bird(1).logitsProcessor((logits, place) -> order.add("older")), goOn);
    order.clear();
    Holding holding = new Holding();
    CompletableFuture<GenerationResult> younger =
        generator.generateAsync(
            bird(2)
                .noise(holding)
                .logitsProcessor((logits, place) -> order.add("younger"))
                .build());
    await(holding.reached);
    goOn.countDown();
    sleep(100); // until the older one waits for the thread, most likely
    holding.released.countDown();
    assertThat(younger).succeedsWithin(LONG);
    assertThat(older).succeedsWithin(LONG);
    assertThat(order.indexOf("older")).isBetween(1, order.lastIndexOf("younger"));
    assertThat(older.join().tokens().tokens()[0]).isEqualTo(tokens(bird(1)));
  }

  /**
   * Requests of equal shape that wait together form a batch, and give the bits that each has alone.
   */
  @Test
  void requestsThatWaitAreComputedTogetherWithTheSameResult() {
    List<GenerationRequest.Builder> requests =
        List.of(
            bird(1),
            bird(2),
            GenerationRequest.of(2, 5).seed(9).cfg(2).sampling(Sampling.all().withTopK(50)));
    List<GenerationResult> alone =
        requests.stream().map(request -> generator.generate(request.build())).toList();
    Holding holding = new Holding();
    CompletableFuture<GenerationResult> first =
        generator.generateAsync(bird(1).cfg(0).noise(holding).build());
    await(holding.reached);
    Set<Integer> images = ConcurrentHashMap.newKeySet();
    TokenNoise counter = new CounterNoise(new long[] {3});
    TokenNoise watching =
        (use, image, position, row) -> {
          images.add(image);
          counter.exponentials(use, image, position, row);
        };
    List<CompletableFuture<GenerationResult>> waiting = new ArrayList<>();
    for (GenerationRequest.Builder request : requests) {
      waiting.add(generator.generateAsync(request.build()));
    }
    waiting.add(generator.generateAsync(bird(3).noise(watching).build()));
    CompletableFuture<GenerationResult> cancelled = generator.generateAsync(bird(4).build());
    CompletableFuture<GenerationResult> other =
        generator.generateAsync(bird(5).sampling(Sampling.greedy()).build());
    sleep(100); // until all of them wait, most likely
    cancelled.cancel(false);
    holding.released.countDown();
    assertThat(first).succeedsWithin(LONG);
    for (int i = 0; i < alone.size(); i++) {
      GenerationResult joint = waiting.get(i).join();
      assertThat(joint.tokens()).isEqualTo(alone.get(i).tokens());
      assertThat(joint.latent()).isEqualTo(alone.get(i).latent());
      for (int image = 0; image < alone.get(i).images().size(); image++) {
        assertThat(joint.images().get(image).pixels())
            .isEqualTo(alone.get(i).images().get(image).pixels());
      }
    }
    assertThat(waiting.getLast().join().images()).hasSize(1);
    assertThat(images).containsExactly(0); // its index in its own request
    assertThat(other.join().images()).hasSize(1);
  }

  @Test
  void loadingAndTokenizingWorkOnVirtualThreads() throws Exception {
    Future<Integer> scales =
        virtual.submit(
            () -> {
              try (ImageGenerator own = ImageGenerator.load(DemoModel.source())) {
                var image = own.generate(bird(1).build()).images().getFirst().pixels();
                var tokens = own.tokenize(List.of(image)).tokens();
                own.score(tokens, List.of("bird"), false);
                return own.decode(tokens, 6).size() + tokens.scales().count();
              }
            });
    assertThat(scales.get(3, TimeUnit.MINUTES)).isEqualTo(7);
  }

  /** The threads and what they hold would keep the class loader of an application undeployed. */
  @Test
  void threadsEndWithTheLastGenerator() {
    ImageGenerator second = ImageGenerator.load(DemoModel.source());
    tokens(bird(1));
    generator.close();
    assertThat(second.generate(bird(1).build()).images()).hasSize(1);
    assertThat(libraryThreads()).isNotEmpty();
    second.close();
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!libraryThreads().isEmpty() && System.nanoTime() < deadline) {
      sleep(5);
    }
    assertThat(libraryThreads()).isEmpty();
  }
}
