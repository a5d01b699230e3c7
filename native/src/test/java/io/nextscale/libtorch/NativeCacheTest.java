package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        .startsWith("REFUSED NativeLibraryException: cannot unpack 20 MB of libraries to " + cache);
  }

  @Test
  void namesTheResourcesThatAreMissing() {
    assertThat(unpack(folder).output())
        .startsWith("REFUSED NativeLibraryException: no resource org/bytedeco/pytorch/")
        .contains(Platform.current().core());
  }
}
