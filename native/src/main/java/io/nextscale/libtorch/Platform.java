package io.nextscale.libtorch;

import java.util.List;
import java.util.Locale;

/**
 * The names of libtorch's files on an operating system and processor.
 *
 * @param classifier classifier of the Maven artifacts, such as {@code linux-x86_64}
 * @param support libraries that libtorch needs and that come with it, in loading order
 * @param core libtorch's own libraries, in loading order
 * @param cuda CUDA libraries, loaded after the core if the folder has them
 */
record Platform(String classifier, List<String> support, List<String> core, List<String> cuda) {
  private static final Platform LINUX =
      new Platform(
          "linux-x86_64",
          List.of(
              "libgomp.so.1",
              "libgcc_s.so.1",
              "libquadmath.so.0",
              "libgfortran.so.5",
              "libopenblas.so.0"),
          List.of("libc10.so", "libtorch_cpu.so"),
          List.of("libc10_cuda.so", "libtorch_cuda.so"));

  private static final Platform MAC =
      new Platform(
          "macosx-arm64",
          List.of(
              "libomp.dylib",
              "libgcc_s.1.1.dylib",
              "libquadmath.0.dylib",
              "libgfortran.5.dylib",
              "libopenblas.0.dylib"),
          List.of("libc10.dylib", "libtorch_cpu.dylib"),
          List.of());

  /** The platform of this JVM. */
  static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static Platform of(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    if (os.startsWith("mac")) {
      return MAC;
    }
    if (os.startsWith("linux") && osArch.equals("aarch64")) {
      return new Platform("linux-arm64", LINUX.support, LINUX.core, LINUX.cuda);
    }
    if (os.startsWith("linux")) {
      return LINUX;
    }
    throw new UnsupportedOperationException(
        "operating system %s on %s: expected Linux or macOS".formatted(osName, osArch));
  }

  /** Folders inside the artifacts' jars; a GPU build is preferred if there is one. */
  List<String> resourceFolders() {
    return List.of(
        "org/bytedeco/pytorch/" + classifier + "-gpu/", "org/bytedeco/pytorch/" + classifier + "/");
  }

  String openblasResourceFolder() {
    return "org/bytedeco/openblas/" + classifier + "/";
  }
}
