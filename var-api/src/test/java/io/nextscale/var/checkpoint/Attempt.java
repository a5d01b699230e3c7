package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads bytes as a checkpoint, and sees to it that all goes well or is refused cleanly. */
final class Attempt {
  /** Most bytes that reading any file may allocate on the heap. */
  static final long MAX_ALLOCATED = 64L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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
    long before = THREADS.getCurrentThreadAllocatedBytes();
    CheckpointContents contents = null;
    CheckpointException refusal = null;
    try {
      contents = CheckpointContents.read(new FileBytes(Path.of("x"), MemorySegment.ofArray(file)));
      contents.tensors().values().forEach(tensor -> tensor.data().byteSize());
    } catch (CheckpointException e) {
      refusal = e;
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("bytes allocated").isLessThan(MAX_ALLOCATED);
    return new Attempt(contents, refusal, allocated);
  }

  static CheckpointContents accepted(byte[] file) {
    Attempt attempt = read(file);
    if (attempt.contents == null) {
      throw new AssertionError("refused", attempt.refusal);
    }
    return attempt.contents;
  }

  static void refused(byte[] file, String... words) {
    CheckpointException refusal = read(file).refusal;
    assertThat(refusal).as("refusal").isNotNull().hasMessageContaining("expected ");
    for (String word : words) {
      assertThat(refusal).hasMessageContaining(word);
    }
  }
}
