package io.nextscale.evaluate.sample;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * The folder of a set while one process makes a part of it: its manifest, which says how all images
 * are made, and the lock of the part. Killing the process frees the lock.
 */
public final class SampleFolder implements AutoCloseable {
  private static final String MANIFEST = "manifest.json";

  private final SampleSet set;
  private final int part;
  private final int parts;
  private final FileChannel channel;

  private SampleFolder(SampleSet set, int part, int parts, FileChannel channel) {
    this.set = set;
    this.part = part;
    this.parts = parts;
    this.channel = channel;
  }

  /**
   * Creates the folder with its manifest, or goes on in one that has the same.
   *
   * @param description whatever else decides how the images look, texts and numbers: model,
   *     guidance, sampling, classifier
   * @param part 0 to {@code parts - 1}
   * @throws EvaluationException if the folder holds other images, or another process makes the part
   */
  public static SampleFolder open(
      SampleSet set, Map<String, Object> description, int part, int parts) {
    Path folder = set.folder();
    Map<String, Object> manifest = set.parameters();
    manifest.putAll(description);
    FileChannel channel = null;
    boolean opened = false;
    try {
      Files.createDirectories(folder);
      Path lock = folder.resolve(".part-%s-of-%s.lock".formatted(part + 1, parts));
      channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      requireLock(folder, channel, part, parts);
      Path file = folder.resolve(MANIFEST);
      if (Files.exists(file)) {
        Manifest.requireSame(file.toString(), Files.readAllBytes(file), manifest);
      } else {
        requireNoImages(folder);
        AtomicFile.write(file, Json.write(manifest) + "\n");
      }
      opened = true;
      return new SampleFolder(set, part, parts, channel);
    } catch (IOException e) {
      throw new EvaluationException(folder, null, "cannot be written: " + e.getMessage(), e);
    } finally {
      if (!opened && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static void requireLock(Path folder, FileChannel channel, int part, int parts)
      throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return; // held until the channel is closed
      }
    } catch (OverlappingFileLockException e) {
      // another thread of this process
    }
    throw new EvaluationException(
        folder,
        null,
        "another process makes part %s of %s here: wait for it, or name another part or folder"
            .formatted(part + 1, parts));
  }

  private static void requireNoImages(Path folder) {
    if (Files.exists(folder.resolve("000"))) {
      throw new EvaluationException(
          folder, null, "it holds images without a manifest.json: name another folder");
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      return; // the failure that led here is thrown
    }
  }

  /** The set. */
  public SampleSet set() {
    return set;
  }

  /** The blocks of the part that lack an image. */
  public List<SampleSet.Block> missing() {
    return set.missing(part, parts);
  }

  /** Number of images of the part. */
  public int size() {
    return set.size(part, parts);
  }

  /** Frees the part. */
  @Override
  public void close() {
    closeQuietly(channel);
  }
}
