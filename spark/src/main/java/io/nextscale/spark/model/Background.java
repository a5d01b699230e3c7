package io.nextscale.spark.model;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One daemon thread of a JVM: closes idle models, and watches tasks that Spark ends. */
public final class Background {
  private static final ScheduledThreadPoolExecutor THREAD =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("nextscale-spark").factory());

  static {
    THREAD.setRemoveOnCancelPolicy(true);
  }

  private Background() {}

  /** Runs something once, later. */
  static void after(long millis, Runnable work) {
    THREAD.schedule(work, millis, TimeUnit.MILLISECONDS);
  }

  /** Runs something again and again, until the result is cancelled. */
  public static ScheduledFuture<?> every(long millis, Runnable work) {
    return THREAD.scheduleWithFixedDelay(work, millis, millis, TimeUnit.MILLISECONDS);
  }
}
