package io.nextscale.spark.model;

import io.nextscale.torch.cpu.SystemMemory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The loaded models of a JVM, one for each description. Tasks share them: a model is loaded by the
 * first task that asks, counted for each running task, and closed when no task used it for a time
 * ({@code spark.nextscale.idleSeconds}, 300 by default). The end of the JVM frees what is left.
 */
public final class LoadedModels {
  private static final Duration TRIM_PAUSE = Duration.ofSeconds(10);
  private static final String IDLE = "spark.nextscale.idleSeconds";
  private static final int IDLE_SECONDS = 300;
  private static final Map<Loadable<?>, Entry> ENTRIES = new ConcurrentHashMap<>();

  private LoadedModels() {}

  private static final class Entry {
    private int users;
    private long uses;
    private @Nullable AutoCloseable model;

    synchronized AutoCloseable take(Loadable<?> description, LongConsumer newLoads) {
      AutoCloseable loaded = model;
      if (loaded == null) {
        loaded = ModelLoader.load(description);
        newLoads.accept(1);
        model = loaded;
      }
      users++;
      uses++;
      return loaded;
    }

    /** Returns the number of uses so far, by which a later one shows. */
    synchronized long giveBack() {
      users--;
      return uses;
    }

    synchronized void closeIfIdle(long usesThen) {
      if (users == 0 && uses == usesThen) {
        close();
      }
    }

    synchronized void close() {
      AutoCloseable loaded = model;
      model = null;
      if (loaded != null) {
        ModelLoader.close(loaded);
      }
    }

    synchronized boolean isIdle() {
      return users == 0;
    }
  }

  /**
   * Gives the model of a description to the calling task, until the task completes.
   *
   * @param newLoads is told 1 if the model was loaded now
   * @throws SparkModelException if it cannot be loaded; the next task tries again
   */
  @SuppressWarnings("unchecked") // an entry's model is that of its key
  public static <M extends AutoCloseable> M ofTask(Loadable<M> description, LongConsumer newLoads) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      throw new IllegalStateException("%s: no task runs on this thread".formatted(description));
    }
    Entry entry = ENTRIES.computeIfAbsent(description, key -> new Entry());
    AutoCloseable model = entry.take(description, newLoads);
    ModelLoader.useThreads(description); // another description may have changed them
    task.addTaskCompletionListener(
        context -> {
          long uses = entry.giveBack();
          Background.after(0, () -> SystemMemory.trimNowAndThen(TRIM_PAUSE));
          Background.after(1000L * idleSeconds(), () -> entry.closeIfIdle(uses));
        });
    return (M) model;
  }

  private static int idleSeconds() {
    SparkEnv env = SparkEnv.get();
    return env == null ? 0 : env.conf().getInt(IDLE, IDLE_SECONDS);
  }

  /** Closes the models of this JVM that no task uses, such as at the end of a local application. */
  public static void closeIdle() {
    ENTRIES.values().stream().filter(Entry::isIdle).forEach(Entry::close);
  }
}
