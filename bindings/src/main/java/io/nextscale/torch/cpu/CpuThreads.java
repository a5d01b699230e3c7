package io.nextscale.torch.cpu;

import io.nextscale.torch.NativeCall;
import io.nextscale.torch.Torch;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.ValueLayout;

/** Number of CPU threads on which libtorch's operators compute. */
public final class CpuThreads {
  // OpenMP ends the process if it cannot start as many as it was told
  private static final int MOST = 1024;

  private CpuThreads() {}

  /** Number of threads that one operator may use on the calling thread. */
  public static int count() {
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.torch_get_num_threads(call.slot()), "get_num_threads");
    return call.slot().get(ValueLayout.JAVA_INT, 0);
  }

  /**
   * Sets how many threads one operator may use, for every Java thread that works with tensors from
   * now on.
   *
   * @param count 1 to 8 times the processors, at least 64, at most 1024; more than the cores of the machine makes everything very slow
   * @throws IllegalArgumentException if it is out of range
   */
  public static void setCount(int count) {
    int most = Math.min(MOST, Math.max(64, 8 * Runtime.getRuntime().availableProcessors()));
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          "threads %d: expected 1 to %d on this machine".formatted(count, most));
    }
    Torch.library();
    // OpenMP keeps the number for each calling thread, so each thread sets it where its work begins
    Runnable setting = () -> LibTorchAbi._ZN2at15set_num_threadsEi(count);
    Torch.setThreadSetting(setting);
    setting.run();
  }
}
