package io.nextscale.torch.cpu;

import io.nextscale.torch.NativeCall;
import io.nextscale.torch.Torch;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.ValueLayout;

/** Number of CPU threads on which libtorch's operators compute. */
public final class CpuThreads {
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
   * @param count at least 1; more than the cores of the machine makes everything very slow
   * @throws IllegalArgumentException if it is less than 1
   */
  public static void setCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads %d: expected at least 1".formatted(count));
    }
    Torch.library();
    // OpenMP keeps the number for each calling thread, so each thread sets it where its work begins
    Runnable setting = () -> LibTorchAbi._ZN2at15set_num_threadsEi(count);
    Torch.setThreadSetting(setting);
    setting.run();
  }
}
