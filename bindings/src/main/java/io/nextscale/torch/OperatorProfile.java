package io.nextscale.torch;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times every operator call of the process while it is open. A time includes the native
 * kernel, the dispatcher and the call from Java; on CUDA, where kernels run on after the call
 * returns, it is that of the launch.
 */
public final class OperatorProfile implements AutoCloseable {
  private static volatile @Nullable OperatorProfile active;

  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
  private final LongAdder help = new LongAdder();
  private final LongAdder waiting = new LongAdder();

  private OperatorProfile() {}

  private static final class Tally {
    private final LongAdder calls = new LongAdder();
    private final LongAdder nanoseconds = new LongAdder();
  }

  /**
   * Calls and time of one operator.
   *
   * @param operator ATen's name
   * @param calls number of calls
   * @param seconds time of all calls together
   */
  public record Entry(String operator, long calls, double seconds) {}

  /**
   * Starts to count.
   *
   * @throws IllegalStateException if a profile is open already
   */
  public static synchronized OperatorProfile start() {
    if (active != null) {
      throw new IllegalStateException("an OperatorProfile is open already");
    }
    OperatorProfile profile = new OperatorProfile();
    active = profile;
    return profile;
  }

  /** The profile that is open, or null. */
  public static @Nullable OperatorProfile active() {
    return active;
  }

  void add(String operator, long nanoseconds) {
    Tally tally = tallies.computeIfAbsent(operator, name -> new Tally());
    tally.calls.increment();
    tally.nanoseconds.add(nanoseconds);
  }

  /** Adds time in which a helper worked beside the thread that began the work. */
  public void addHelp(long nanoseconds) {
    help.add(nanoseconds);
  }

  /** Adds time in which a thread waited for its helpers. */
  public void addWait(long nanoseconds) {
    waiting.add(nanoseconds);
  }

  /** Seconds in which threads waited for their helpers. */
  public double waitSeconds() {
    return waiting.sum() * 1e-9;
  }

  /** Seconds in which helpers worked beside the threads that began the work. */
  public double helpSeconds() {
    return help.sum() * 1e-9;
  }

  /** Returns the operators called so far, the one with the longest time first. */
  public List<Entry> entries() {
    return tallies.entrySet().stream()
        .map(
            e ->
                new Entry(
                    e.getKey(), e.getValue().calls.sum(), e.getValue().nanoseconds.sum() * 1e-9))
        .sorted(Comparator.comparingDouble(Entry::seconds).reversed())
        .toList();
  }

  /** Ends the counting; the entries stay. */
  @Override
  public void close() {
    synchronized (OperatorProfile.class) {
      if (active == this) {
        active = null;
      }
    }
  }
}
