package io.nextscale.spark.model;

import io.nextscale.libtorch.LibTorchLoadException;
import io.nextscale.libtorch.ThreadDefault;
import io.nextscale.torch.cpu.CpuThreads;
import org.apache.spark.SparkEnv;

/** Loads models in the JVM of an executor; failures name the executor and the remedy. */
final class ModelLoader {
  private static final String NATIVE_ACCESS = "--enable-native-access";

  private ModelLoader() {}

  static <M extends AutoCloseable> M load(Loadable<M> description) {
    try {
      SparkEnv env = SparkEnv.get();
      if (env != null) {
        MemoryLimit.require(env.conf(), description.toString(), description.weightBytes());
      }
      useThreads(description);
      return description.load();
    } catch (LibTorchLoadException e) {
      throw failure(description, e, remedy(e));
    } catch (OutOfMemoryError e) {
      throw failure(description, e, "Remedy: a larger spark.executor.memory");
    } catch (RuntimeException e) {
      throw failure(description, e, "");
    }
  }

  /**
   * Sets the threads of a description. The number is the process's: with several descriptions, that
   * of the task that began last.
   */
  static void useThreads(Loadable<?> description) {
    int threads = description.threads();
    CpuThreads.setCount(threads == 0 ? Math.min(TaskPlace.cores(), ThreadDefault.most()) : threads);
  }

  private static String remedy(LibTorchLoadException e) {
    return String.valueOf(e.getMessage()).contains(NATIVE_ACCESS)
        ? "On Spark: --conf spark.executor.extraJavaOptions=%s=ALL-UNNAMED, and the same for the driver where tasks run in it"
            .formatted(NATIVE_ACCESS)
        : "On Spark: the jar of the natives for the workers' platform must be on the executors' class path (--jars or --packages), and its cache folder writable";
  }

  private static SparkModelException failure(Loadable<?> of, Throwable e, String remedy) {
    return new SparkModelException(
        "%s cannot be loaded on %s: %s%s%s"
            .formatted(of, TaskPlace.name(), e.getMessage(), remedy.isEmpty() ? "" : ". ", remedy),
        e);
  }

  static void close(AutoCloseable model) {
    try {
      model.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing " + model + ": " + e.getMessage(), e);
    }
  }
}
