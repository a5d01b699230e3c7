package io.nextscale.evaluate.image;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The image files of a folder, in the order of their paths. */
record FolderImages(Path path, List<Path> files, String fingerprint) implements ImageSet {
  private static final Set<String> SUFFIXES =
      Set.of("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff");
  private static final int DEPTH = 8;

  static FolderImages list(Path folder) {
    try (Stream<Path> walk = Files.walk(folder, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> files =
          walk.filter(FolderImages::isImage)
              .sorted(Comparator.comparing(file -> folder.relativize(file).toString()))
              .toList();
      if (files.isEmpty()) {
        throw new EvaluationException(
            folder, null, "no image in this folder: expected files of PNG, JPEG, BMP, GIF or TIFF");
      }
      return new FolderImages(folder, files, fingerprint(folder, files));
    } catch (IOException | UncheckedIOException e) {
      throw new EvaluationException(folder, null, "cannot be listed: " + e.getMessage(), e);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1))
        && Files.isRegularFile(file);
  }

  private static String fingerprint(Path folder, List<Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
        String line =
            "%s %s %s%n".formatted(folder.relativize(file), of.size(), of.lastModifiedTime());
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Images open(int first) {
    return new Images() {
      private int next = first;

      @Override
      public Supplier<RgbSamples> next() {
        Path file = files.get(next++);
        return () -> decode(file);
      }

      @Override
      public void close() {} // holds nothing
    };
  }

  private static RgbSamples decode(Path file) {
    try {
      return RgbSamples.of(ImageFile.read(file));
    } catch (ImageException e) {
      throw new EvaluationException(e.getMessage());
    }
  }
}
