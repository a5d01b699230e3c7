package io.nextscale.spark.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Checksum of a model. That of a file is its SHA-256; that of a folder is the SHA-256 of the output
 * of {@code sha256sum *} in it: a line for each file, in the order of their names. So {@code
 * sha256sum * | sha256sum} prints it too.
 */
public final class ModelChecksum {
  private static final int BLOCK = 1 << 20;

  private ModelChecksum() {}

  /**
   * Computes the checksum; reads all files.
   *
   * @throws SparkModelException if a file cannot be read
   */
  public static String of(Path model) {
    if (!Files.isDirectory(model)) {
      return ofFile(model);
    }
    MessageDigest digest = sha256();
    for (Path file : ModelFiles.list(model)) {
      String line = "%s  %s\n".formatted(ofFile(file), file.getFileName());
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of bytes. */
  public static String of(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static String ofFile(Path file) {
    MessageDigest digest = sha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
    } catch (IOException e) {
      throw new SparkModelException("%s: cannot be read: %s".formatted(file, e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
