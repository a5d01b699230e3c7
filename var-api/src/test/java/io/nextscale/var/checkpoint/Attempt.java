package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads bytes as a checkpoint, and checks that they are read or refused cleanly. */
final class Attempt {
  /** Largest heap in bytes that reading any file may allocate. */
  static final long MAX_ALLOCATED = 64L << 20;

  private static final MethodHandle ALLOCATED_BYTES = allocatedBytes();

  final @Nullable CheckpointContents contents;
  final @Nullable CheckpointException refusal;
  final long allocated;

  private Attempt(
      @Nullable CheckpointContents contents,
      @Nullable CheckpointException refusal,
      long allocated) {
    this.contents = contents;
    this.refusal = refusal;
    this.allocated = allocated;
  }

  /** Any other exception, and any error, falls through and fails the test. */
  static Attempt read(byte[] file) {
    return read(file, WeightChoice.FIRST);
  }

  static Attempt read(byte[] file, WeightChoice choice) {
    Attempt attempt = readOnce(file, choice);
    if (attempt.allocated >= MAX_ALLOCATED) {
      attempt =
          readOnce(file, choice); // the first time, classes were loaded, and changed by Jazzer
    }
    assertThat(attempt.allocated).as("bytes allocated").isLessThan(MAX_ALLOCATED);
    return attempt;
  }

  private static Attempt readOnce(byte[] file, WeightChoice choice) {
    long before = allocatedSoFar();
    CheckpointContents contents = null;
    CheckpointException refusal = null;
    try (Arena arena = Arena.ofConfined()) {
      contents =
          CheckpointContents.read(
              new FileBytes(Path.of("x"), MemorySegment.ofArray(file)), arena, choice);
      contents.tensors().values().forEach(tensor -> tensor.data().byteSize());
    } catch (CheckpointException e) {
      contents = null;
      refusal = e;
    }
    return new Attempt(contents, refusal, allocatedSoFar() - before);
  }

  static CheckpointContents accepted(byte[] file) {
    return accepted(file, WeightChoice.FIRST);
  }

  static CheckpointContents accepted(byte[] file, WeightChoice choice) {
    Attempt attempt = read(file, choice);
    if (attempt.contents == null) {
      throw new AssertionError("refused", attempt.refusal);
    }
    return attempt.contents;
  }

  static void refused(byte[] file, String... words) {
    CheckpointException refusal = read(file).refusal;
    assertThat(refusal).as("refusal").isNotNull().hasMessageContaining("expected ");
    assertThat(String.valueOf(refusal.getMessage())).hasSizeLessThan(2000);
    for (String word : words) {
      assertThat(refusal).hasMessageContaining(word);
    }
  }

  private static long allocatedSoFar() {
    try {
      return (long) ALLOCATED_BYTES.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Found by name, for the module under test does not read jdk.management. */
  private static MethodHandle allocatedBytes() {
    try {
      Object threads =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      return MethodHandles.lookup()
          .unreflect(
              Class.forName("com.sun.management.ThreadMXBean")
                  .getMethod("getCurrentThreadAllocatedBytes"))
          .bindTo(threads);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
