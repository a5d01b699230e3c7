package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unpacking from jars that look like those of libtorch but hold a few megabytes of random bytes.
 */
class NativeCacheTest {
  private static final int SIZE = 3_000_000;

  @TempDir Path folder;
  private Path jar;
  private Path cache;

  @BeforeEach
  void makeJar() throws IOException {
    jar = jar("libtorch.jar", 1);
    cache = folder.resolve("cache");
  }

  private Path jar(String name, long seed) throws IOException {
    Platform platform = Platform.current();
    Path file = folder.resolve(name);
    Random random = new Random(seed);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String library : names()) {
        String place =
            library.equals(platform.support().getLast())
                ? platform.openblasResourceFolder()
                : platform.resourceFolders().getLast();
        zip.putNextEntry(new ZipEntry(place + library));
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        zip.write(bytes);
        zip.closeEntry();
      }
    }
    return file;
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(Platform.current().support());
    names.addAll(Platform.current().core());
    return names;
  }

  private SpawnedJvm unpack(Path classPath) {
    return SpawnedJvm.start("unpack", List.of("-Dnextscale.cache=" + cache), classPath);
  }

  private static Path unpacked(SpawnedJvm jvm) {
    String output = jvm.output();
    assertThat(output).startsWith("UNPACKED ");
    return Path.of(output.substring("UNPACKED ".length()));
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertComplete(Path target) throws IOException {
    for (String name : names()) {
      assertThat(Files.size(target.resolve(name))).as(name).isEqualTo(SIZE);
    }
    String name = target.getFileName().toString();
    assertThat(name).matches("libtorch-[0-9a-f]{12,24}");
    // one complete folder and its lock file; nothing half-done
    assertThat(entries()).containsExactly(name, name + ".lock");
  }

  @Test
  void jvmsThatStartTogetherFillTheCacheOnce() throws IOException {
    List<SpawnedJvm> together = List.of(unpack(jar), unpack(jar), unpack(jar));
    List<Path> targets = together.stream().map(NativeCacheTest::unpacked).distinct().toList();
    assertThat(targets).hasSize(1);
    assertThat(targets.getFirst().getParent()).isEqualTo(cache);
    assertComplete(targets.getFirst());
  }

  @Test
  void leftoversOfAnInterruptedStartAreRemovedAndDamageIsRepaired() throws IOException {
    Path target = unpacked(unpack(jar));
    Path leftover = cache.resolve(target.getFileName() + ".part123");
    Files.createDirectory(leftover);
    Files.write(leftover.resolve(names().getFirst()), new byte[10]);
    Files.write(target.resolve(names().getLast()), new byte[SIZE - 1]);
    Files.delete(target.resolve(names().getFirst()));
    assertThat(unpacked(unpack(jar))).isEqualTo(target);
    assertComplete(target);
  }

  @Test
  void whatIsCompleteIsLeftAlone() throws IOException {
    Path target = unpacked(unpack(jar));
    Path library = target.resolve(names().getLast());
    Object before = Files.readAttributes(library, "lastModifiedTime,fileKey");
    assertThat(unpacked(unpack(jar))).isEqualTo(target);
    assertThat(Files.readAttributes(library, "lastModifiedTime,fileKey")).isEqualTo(before);
  }

  @Test
  void otherContentsHaveAnotherFolder() throws IOException {
    Path one = unpacked(unpack(jar));
    Path other = unpacked(unpack(jar("newer.jar", 2)));
    assertThat(other).isNotEqualTo(one);
    assertThat(entries()).hasSize(4);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(cache, "a file where the folder should be");
    assertThat(unpack(jar).output())
        .startsWith("REFUSED cannot unpack 21 MB of libraries to " + cache);
  }

  @Test
  void aUserWithoutHomeIsToldToNameAFolder() {
    String output = SpawnedJvm.start("unpack", List.of("-Duser.home=?"), jar).output();
    assertThat(output)
        .startsWith("REFUSED this user has no home folder")
        .contains("NEXTSCALE_CACHE")
        .contains("-Dnextscale.cache=FOLDER");
    assertThat(Path.of("?")).doesNotExist();
  }

  /** A limit on the size of files fails in the middle of a file, as a full disk does. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void anUnpackingThatFailsLeavesNoFiles() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        String.join(
            File.pathSeparator,
            SpawnedJvm.location(NativeCache.class),
            SpawnedJvm.location(Loading.class),
            jar.toString());
    String script =
        "ulimit -f %d; exec '%s' -XX:-UsePerfData -Dnextscale.cache='%s' -cp '%s' %s unpack"
            .formatted(SIZE / 2048, java, cache, classPath, Loading.class.getName());
    String output = SpawnedJvm.process(List.of("bash", "-c", script), Map.of()).output();
    assertThat(output)
        .startsWith("REFUSED cannot unpack 21 MB of libraries to " + cache)
        .contains("Remedy: name a folder that you may write, with 21 MB free, with the environment")
        .contains("NEXTSCALE_CACHE");
    assertThat(entries()).allSatisfy(name -> assertThat(name).endsWith(".lock"));
  }

  /** As in a container image: unpacked while it was built, used by another user. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatIsCompleteNeedsNoPermissionToWrite() throws IOException {
    Path target = unpacked(unpack(jar));
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(cache));
    Files.delete(cache.resolve(target.getFileName() + ".lock"));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThat(unpacked(unpack(jar))).isEqualTo(target);
      assertThat(entries()).containsExactly(target.getFileName().toString());
    } finally {
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void theCacheMayBeALink() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(cache, real);
    Path target = unpacked(unpack(jar));
    assertThat(target.getParent()).isEqualTo(cache);
    assertComplete(target);
    Files.delete(target.resolve(names().getFirst()));
    assertThat(unpacked(unpack(jar))).isEqualTo(target);
    assertComplete(target);
  }

  @Test
  void librariesThatTheSystemRefusesAreNotLeftBehind() throws IOException {
    NativeLibraryException refusal = new NativeLibraryException("failed to map segment");
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Path made = Files.createDirectories(folder.resolve("made"));
    Files.writeString(made.resolve("libc10.so"), "library");
    assertThat(new NativeCache.Unpacked(kept, 5L << 20, false).refused(refusal))
        .hasMessage("failed to map segment");
    NativeLibraryException told = new NativeCache.Unpacked(made, 5L << 20, true).refused(refusal);
    assertThat(told.remedy().orElseThrow()).contains("noexec", "6 MB elsewhere", "NEXTSCALE_CACHE");
    assertThat(kept).exists();
    assertThat(made).doesNotExist();
  }

  @Test
  void namesTheResourcesThatAreMissing() {
    assertThat(unpack(folder).output())
        .startsWith("REFUSED no resource org/bytedeco/pytorch/")
        .contains(Platform.current().core());
  }
}
