package io.nextscale.tests;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Main program of the JVMs that {@link ClassLoadersTest} starts: a server that deploys
 * applications. The thread of requests is the server's and outlives the applications.
 */
public final class Container {
  private static final int COLLECTIONS = 600;
  private static final long PAUSE = 100;

  private final ExecutorService requests = Executors.newSingleThreadExecutor();

  private Container() {}

  /** The part of an application that draws. */
  public static final class Application {
    private Application() {}

    /** Loads the demo model, draws an image, and closes the generator. */
    public static float[] draw() {
      try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
        GenerationRequest request = GenerationRequest.of(2).seed(1).build();
        return generator.generate(request).images().getFirst().pixels().values();
      }
    }
  }

  /**
   * Deploys two applications at once ({@code both}), or one after the other ({@code redeploy}).
   *
   * @param arguments the action
   */
  public static void main(String[] arguments) throws Exception {
    Container container = new Container();
    try {
      if (arguments[0].equals("both")) {
        container.deployBoth();
      } else {
        container.redeploy();
      }
    } finally {
      container.requests.shutdown();
    }
  }

  private void deployBoth() throws Exception {
    try (URLClassLoader first = deploy("first");
        URLClassLoader second = deploy("second")) {
      float[] image = request(first);
      System.out.printf("first draws %d values%n", image.length);
      System.out.println(
          Arrays.equals(request(second), image) ? "second draws the same" : "second differs");
    }
  }

  private void redeploy() throws Exception {
    WeakReference<ClassLoader> first = deployAndForget();
    for (int i = 0; i < COLLECTIONS && first.get() != null; i++) {
      System.gc();
      Thread.sleep(PAUSE);
    }
    System.out.println(first.get() == null ? "first is collected" : "first is held");
    try (URLClassLoader second = deploy("second")) {
      System.out.printf("second draws %d values%n", request(second).length);
    }
  }

  private WeakReference<ClassLoader> deployAndForget() throws Exception {
    try (URLClassLoader application = deploy("first")) {
      request(application);
      return new WeakReference<>(application);
    }
  }

  private static URLClassLoader deploy(String name) throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(Path.of(entry).toUri().toURL());
    }
    ClassLoader parent = ClassLoader.getPlatformClassLoader();
    return new URLClassLoader(name, classPath.toArray(URL[]::new), parent);
  }

  /** Serves a request on the container's thread. */
  private float[] request(ClassLoader application) throws Exception {
    return requests
        .submit(
            () -> {
              Thread thread = Thread.currentThread();
              ClassLoader before = thread.getContextClassLoader();
              thread.setContextClassLoader(application);
              try {
                Class<?> type = application.loadClass(Application.class.getName());
                return (float[]) type.getMethod("draw").invoke(null);
              } finally {
                thread.setContextClassLoader(before);
              }
            })
        .get();
  }
}
