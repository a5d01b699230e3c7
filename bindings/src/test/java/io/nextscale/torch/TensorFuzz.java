package io.nextscale.torch;

import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.OneDnn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls the public methods of tensors, and every operator by name, with random arguments: shapes,
 * element types, closed and wrapped tensors, read-only memory, memory of closed arenas, tensors
 * that another thread closes. It is a program, since the failure that it looks for ends the
 * process.
 */
public final class TensorFuzz {
  private static final int LONGEST_TEXT = 8000;

  private final Random random;
  private final List<Tensor> pool = new ArrayList<>();
  private final Deque<Arena> arenas = new ArrayDeque<>();
  private final FuzzArguments arguments;
  private final MappedByteBuffer progress;
  private final List<Method> methods = methods();
  private final List<String> operators = new ArrayList<>();
  private TensorScope made = TensorScope.create();
  private volatile long since = System.nanoTime();
  private long refused;

  private TensorFuzz(long seed, MappedByteBuffer progress) {
    this.random = new Random(seed);
    this.progress = progress;
    this.arguments = new FuzzArguments(random, pool);
    List<String> skipped = List.of(System.getProperty("nextscale.fuzz.skip", "").split(","));
    for (String name : Operator.names()) {
      if (skipped.contains(name)) {
        continue; // found already
      }
      try {
        Operator.named(name).schema();
        operators.add(name);
      } catch (IllegalArgumentException e) {
        // refused by the table
      }
    }
  }

  /** The public methods that take or make tensors, each with all of its overloads. */
  private static List<Method> methods() {
    List<Method> found = new ArrayList<>();
    for (Class<?> type :
        List.of(
            Tensor.class,
            Functional.class,
            Layers.class,
            InPlace.class,
            Autograd.class,
            Comparison.class,
            Reduction.class,
            Indexing.class,
            Creation.class,
            OneDnn.class)) {
      for (Method method : type.getMethods()) {
        if (method.getDeclaringClass() != Object.class
            && Modifier.isPublic(method.getModifiers())
            && !method.getName().equals("unload")) {
          method.setAccessible(true);
          found.add(method);
        }
      }
    }
    found.sort(Comparator.comparing(Method::toGenericString));
    return found;
  }

  /**
   * Runs the program.
   *
   * @param args seed, number of calls, file for the call that is running, first operator
   */
  public static void main(String[] args) throws Exception {
    long calls = Long.parseLong(args[1]);
    CpuThreads.setCount(1);
    try (FileChannel channel =
        FileChannel.open(
            Path.of(args[2]),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MappedByteBuffer progress = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * LONGEST_TEXT);
      TensorFuzz fuzz = new TensorFuzz(Long.parseLong(args[0]), progress);
      fuzz.watch();
      fuzz.run(calls, args.length > 3 ? Integer.parseInt(args[3]) : -1);
    }
  }

  private void watch() {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (System.nanoTime() - since < 60_000_000_000L) {
                LockSupport.parkNanos(1_000_000_000L);
              }
              System.out.println("HANGS");
              Runtime.getRuntime().halt(3);
            });
  }

  /** Calls at random; or, with a first operator, each from it on, {@code calls} times. */
  private void run(long calls, int first) throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      scope.hashCode();
      if (first >= 0) {
        for (int i = first; i < operators.size(); i++) {
          for (long n = 0; n < calls; n++) {
            step(n, i);
          }
        }
      } else {
        for (long n = 0; n < calls; n++) {
          step(n, -1);
        }
      }
      renew();
    }
    System.out.printf(
        "%d CALLS, %d REFUSED, %d OPERATORS, %d METHODS, %d LEFT%n",
        calls, refused, operators.size(), methods.size(), Torch.liveTensors());
  }

  private void step(long n, int operator) {
    since = System.nanoTime();
    if (n % 200 == 0) {
      renew();
    }
    while (pool.size() < 12 || random.nextInt(6) == 0) {
      add();
    }
    try (TensorScope scope = TensorScope.open();
        GradMode mode = random.nextInt(3) == 0 ? GradMode.enabled() : GradMode.disabled()) {
      mode.hashCode();
      if (operator >= 0 || random.nextBoolean()) {
        int index = operator >= 0 ? operator : random.nextInt(operators.size());
        keep(scope, callOperator(index));
      } else {
        keep(scope, callMethod(methods.get(random.nextInt(methods.size()))));
      }
    } catch (IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException
        | UnsupportedOperationException
        | TorchException e) {
      refused++;
      if (String.valueOf(e.getMessage()).length() > 4000) {
        throw new AssertionError("long message: " + e.getMessage(), e);
      }
    }
  }

  /** Reads what a call made, and lets some of it be an argument of later calls. */
  private void keep(TensorScope scope, Object result) {
    if (result instanceof Tensor[] tensors) {
      for (Tensor tensor : tensors) {
        keep(scope, tensor);
      }
    }
    if (result instanceof MemorySegment segment && segment.byteSize() > 0) {
      byte first = segment.get(java.lang.foreign.ValueLayout.JAVA_BYTE, segment.byteSize() - 1);
      if (!segment.isReadOnly()) {
        segment.set(java.lang.foreign.ValueLayout.JAVA_BYTE, segment.byteSize() - 1, first);
      }
    }
    if (result instanceof Tensor tensor) {
      try {
        if (random.nextInt(10) == 0) {
          tensor.toText();
        }
      } catch (TorchException | IllegalStateException e) {
        refused++;
      }
      if (tensor.numel() < 300 && random.nextInt(4) == 0) {
        pool.set(random.nextInt(pool.size()), made.adopt(tensor));
      }
    }
  }

  private void renew() {
    pool.clear();
    made.close();
    made = TensorScope.create();
    while (!arenas.isEmpty()) {
      Arena arena = arenas.pop();
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
  }

  private void add() {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      mode.hashCode();
      Tensor tensor = random.nextInt(4) == 0 ? wrapped() : arguments.tensor();
      pool.add(made.adopt(tensor));
      switch (random.nextInt(12)) {
        case 0 -> tensor.close();
        case 1 -> Thread.ofPlatform().start(tensor::close);
        case 2 -> {
          if (tensor.dtype().isFloatingPoint()) {
            Autograd.parameter(tensor);
          }
        }
        case 3 -> tensor.segment();
        default -> {}
      }
      scope.hashCode();
    } catch (IllegalStateException e) {
      refused++; // its arena is closed
    }
  }

  private Tensor wrapped() {
    boolean confined = random.nextBoolean();
    Arena arena = confined ? Arena.ofConfined() : Arena.ofShared();
    DType type = DType.values()[random.nextInt(DType.values().length)];
    long[] shape = arguments.shape();
    long[] strides = TensorMetadata.contiguousStrides(shape);
    long bytes = Math.max(1, TensorMetadata.count(shape)) * type.byteSize();
    MemorySegment memory = arena.allocate(bytes, 16);
    Tensor tensor =
        Tensor.wrap(random.nextBoolean() ? memory.asReadOnly() : memory, type, shape, strides);
    if (random.nextInt(3) == 0) {
      arena.close();
    } else {
      arenas.push(arena);
    }
    return tensor;
  }

  private Object callOperator(int index) {
    String name = operators.get(index);
    Schema schema = SchemaTable.require(name);
    Object[] given = new Object[schema.arguments().size()];
    for (int i = 0; i < given.length; i++) {
      given[i] = arguments.ofSchema(schema.arguments().get(i));
    }
    int count = random.nextInt(4) == 0 ? random.nextInt(given.length + 1) : given.length;
    given = Arrays.copyOf(given, count);
    note(index + " " + name, given);
    Results results = Operator.named(name).apply(given);
    for (int i = 0; i < results.size(); i++) {
      if (results.has(i)) {
        switch (schema.results().get(i).type()) {
          case TENSOR -> {
            if (!schema.results().get(i).list()) {
              return results.tensor(i);
            } else if (i == 0) {
              return results.tensors();
            }
          }
          default -> {}
        }
      }
    }
    return results;
  }

  private Object callMethod(Method method) {
    Object[] given = new Object[method.getParameterCount()];
    for (int i = 0; i < given.length; i++) {
      given[i] = arguments.ofType(method.getGenericParameterTypes()[i], method.getName());
    }
    Tensor self = Modifier.isStatic(method.getModifiers()) ? null : arguments.anyTensor();
    note(
        method.getDeclaringClass().getSimpleName() + "." + method.getName() + " on " + self, given);
    try {
      return method.invoke(self, given);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private void note(String call, Object[] given) {
    String text = call + " " + Arrays.deepToString(given);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, LONGEST_TEXT);
    ByteBuffer target = progress.duplicate();
    target.put(0, bytes, 0, length);
    target.put(length, (byte) '\n');
  }
}
