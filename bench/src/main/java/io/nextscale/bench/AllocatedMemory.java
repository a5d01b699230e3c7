package io.nextscale.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Reads how much memory is allocated from the C library, by Java and libtorch; glibc only. */
final class AllocatedMemory {
  private static final String[] FIELDS = {
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost"
  };
  private static final int MAPPED = 4; // hblkhd: bytes of blocks with a mapping of their own
  private static final int IN_HEAPS = 7; // uordblks: bytes of blocks in glibc's heaps
  private static final StructLayout INFO = layout();
  private static final MethodHandle MALLINFO =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("mallinfo2").orElseThrow(),
              FunctionDescriptor.of(INFO));

  private AllocatedMemory() {}

  /** Reads the bytes that are allocated at the moment. */
  static long now() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = (MemorySegment) MALLINFO.invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
          + info.getAtIndex(ValueLayout.JAVA_LONG, IN_HEAPS);
    } catch (Throwable e) {
      throw new AssertionError("mallinfo2 does not throw", e);
    }
  }

  private static StructLayout layout() {
    MemoryLayout[] fields = new MemoryLayout[FIELDS.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = ValueLayout.JAVA_LONG.withName(FIELDS[i]);
    }
    return MemoryLayout.structLayout(fields);
  }
}
