package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Applications with a class loader each, as a servlet container deploys them. The threads of
 * requests belong to the container and outlive its applications.
 */
class ClassLoadersTest {
  private static final int COLLECTIONS = 600;

  private final ExecutorService container = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    container.close();
  }

  /** The part of a deployed application that draws. */
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
    return container
        .submit(
            () -> {
              Thread thread = Thread.currentThread();
              ClassLoader before = thread.getContextClassLoader();
              thread.setContextClassLoader(application);
              try {
                Class<?> type = application.loadClass(Application.class.getName());
                assertThat(type.getClassLoader()).isSameAs(application);
                return (float[]) type.getMethod("draw").invoke(null);
              } finally {
                thread.setContextClassLoader(before);
              }
            })
        .get();
  }

  @Test
  void twoApplicationsDrawTheSame() throws Exception {
    try (URLClassLoader first = deploy("first");
        URLClassLoader second = deploy("second")) {
      float[] image = request(first);
      assertThat(image).hasSize(3 * 64 * 64);
      assertThat(request(second)).isEqualTo(image);
      assertThat(request(first)).isEqualTo(image);
    }
  }

  @Test
  void anApplicationIsCollectedAfterItsGeneratorIsClosed() throws Exception {
    WeakReference<ClassLoader> gone = deployedAndGone();
    for (int i = 0; i < COLLECTIONS && gone.get() != null; i++) {
      System.gc();
      Thread.sleep(100);
    }
    assertThat(gone.get()).as("the class loader of an application that is gone").isNull();
    try (URLClassLoader next = deploy("next")) {
      assertThat(request(next)).hasSize(3 * 64 * 64);
    }
  }

  private WeakReference<ClassLoader> deployedAndGone() throws Exception {
    try (URLClassLoader application = deploy("gone")) {
      request(application);
      return new WeakReference<>(application);
    }
  }
}
