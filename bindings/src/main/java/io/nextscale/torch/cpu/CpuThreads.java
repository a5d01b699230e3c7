package io.nextscale.torch.cpu;

import io.nextscale.libtorch.ThreadDefault;
import io.nextscale.torch.NativeCall;
import io.nextscale.torch.Torch;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.ValueLayout;

/**
 * Number of CPU threads on which libtorch's operators compute. Unless {@link #setCount} is called
 * it is libtorch's {@link ThreadDefault}: {@code OMP_NUM_THREADS} if it is set, else the processors
 * that the Java virtual machine has, at most the physical cores.
 */
public final class CpuThreads {
  private static volatile boolean set;

  private CpuThreads() {}

  /** Number of threads that one operator may use on the calling thread. */
  public static int count() {
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.torch_get_num_threads(call.slot()), "get_num_threads");
    return call.slot().get(ValueLayout.JAVA_INT, 0);
  }

  /** Where the number comes from, in words: the program, a variable or the machine. */
  public static String origin() {
    ThreadDefault known = Torch.library().threads();
    return set ? "set by the program" : known.origin();
  }

  /**
   * Sets how many threads one operator may use, for every Java thread that works with tensors from
   * now on.
   *
   * @param count 1 to {@link ThreadDefault#most}; more than the cores of the machine makes
   *     everything very slow
   * @throws IllegalArgumentException if it is out of this range
   */
  public static void setCount(int count) {
    if (count < 1 || count > ThreadDefault.most()) {
      throw new IllegalArgumentException(
          "threads %s: expected 1 to %s on this machine".formatted(count, ThreadDefault.most()));
    }
    Torch.library();
    // OpenMP keeps the number for each calling thread, so each thread sets it where its work begins
    Runnable setting = () -> LibTorchAbi._ZN2at15set_num_threadsEi(count);
    Torch.setThreadSetting(setting);
    setting.run();
    set = true;
  }
}
