package io.nextscale.var.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * Maps the tensors of a weight file into memory without a copy.
 *
 * <p>Reads {@code .pth} files (zip archives of {@code torch.save}, PyTorch 1.6 and later) and
 * safetensors files; the content decides, not the name. Nothing in a file is executed: a pickle
 * that imports anything but tensors and plain values is refused. Checksums are not verified.
 *
 * <p>A {@code .pth} file has the first of these layouts that fits: {@code trainer.var_wo_ddp}
 * (training checkpoints of VAR and FlexVAR), {@code model}, {@code state_dict} and {@code flat}.
 * Prefixes {@code module.} and {@code _orig_mod.} are removed if all keys have them.
 *
 * <p>Several threads may use it, but not its tensors during or after {@link #close()}. The file
 * must not be shortened while it is open.
 */
public final class Checkpoint implements AutoCloseable {
  private static final int COPY_BUFFER = 1 << 16;

  private final Path path;
  private final Arena arena;
  private final CheckpointContents contents;

  private Checkpoint(Path path, Arena arena, CheckpointContents contents) {
    this.path = path;
    this.arena = arena;
    this.contents = contents;
  }

  /**
   * Maps a file and reads its list of tensors.
   *
   * @throws CheckpointException if it cannot be read or is malformed
   */
  public static Checkpoint open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          path,
          null,
          "a readable file",
          Files.exists(path) ? "something that is no regular file" : "nothing at this path");
    }
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      FileBytes file =
          new FileBytes(path, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
      Checkpoint checkpoint = new Checkpoint(path, arena, CheckpointContents.read(file));
      opened = true;
      return checkpoint;
    } catch (IOException e) {
      throw CheckpointException.reading(path, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /**
   * Copies a weight file from a stream, such as a resource in a jar, to native memory.
   *
   * @param name name for messages
   * @param size size of the stream in bytes
   * @throws CheckpointException if the stream is shorter or longer, or malformed
   */
  public static Checkpoint read(Path name, InputStream stream, long size) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      MemorySegment memory = arena.allocate(size, Long.BYTES);
      byte[] buffer = new byte[COPY_BUFFER];
      long filled = 0;
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        if (filled + n > size) {
          throw new CheckpointException(name, null, size + " bytes", "more");
        }
        MemorySegment.copy(buffer, 0, memory, ValueLayout.JAVA_BYTE, filled, n);
        filled += n;
      }
      if (filled < size) {
        throw new CheckpointException(name, null, size + " bytes", filled + " bytes");
      }
      FileBytes bytes = new FileBytes(name, memory.asReadOnly());
      Checkpoint checkpoint = new Checkpoint(name, arena, CheckpointContents.read(bytes));
      opened = true;
      return checkpoint;
    } catch (IOException e) {
      throw CheckpointException.reading(name, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The tensors by name, in the order of the file; unmodifiable. */
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(contents.tensors());
  }

  /** The metadata of a safetensors file, free texts; empty for {@code .pth} files; unmodifiable. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(contents.metadata());
  }

  /**
   * The place of the tensors in the file: {@code safetensors}, {@code pth flat}, {@code pth model},
   * {@code pth state_dict} or {@code pth trainer.var_wo_ddp}; then, if prefixes were removed,
   * {@code " without module."} and the like.
   */
  public String layout() {
    return contents.layout();
  }

  /** Unmaps the file; later uses of its tensors throw {@link IllegalStateException}. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Names the file and the number of its tensors. */
  @Override
  public String toString() {
    return "Checkpoint[%s, %s tensors]".formatted(path(), tensors().size());
  }
}
