package io.nextscale.var.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Maps the tensors of a weight file into memory without a copy.
 *
 * <p>Reads {@code .pth} files (zip archives of {@code torch.save}, stored or deflated, and its
 * streams before PyTorch 1.6; pickle protocols 2 to 5) and safetensors files; the content decides,
 * not the name. Nothing in a file is executed: an object of an unknown class is an opaque name, and
 * cannot be a weight. Checksums are not verified.
 *
 * <p>A {@code .pth} file holds its tensors flat or under a key. The first of these is taken that
 * holds tensors, unless a {@link WeightChoice} says otherwise: {@code trainer.var_wo_ddp}, {@code
 * trainer.mvar_wo_ddp}, {@code model}, {@code module}, {@code state_dict}, {@code
 * model_state_dict}, {@code ema}, {@code model_ema}, {@code state_dict_ema}, {@code
 * trainer.vae_local}, {@code flat}. The names that wrappers of a model put into those of its
 * weights are taken off: {@code module.}, {@code _orig_mod.}, {@code _checkpoint_wrapped_module.}
 * and {@code _fsdp_wrapped_module.} wherever they stand, {@code model.}, {@code var.}, {@code
 * vae.}, {@code vqvae.} and {@code mamba.} at the start.
 *
 * <p>Several threads may use it, but not its tensors during or after {@link #close()}. The file
 * must not be shortened while it is open.
 */
public final class Checkpoint implements AutoCloseable {
  private static final int COPY_BUFFER = 1 << 16;
  private static final int COPY_PART = 1 << 24;

  private final Path path;
  private final Arena arena;
  private final CheckpointContents contents;

  private Checkpoint(Path path, Arena arena, CheckpointContents contents) {
    this.path = path;
    this.arena = arena;
    this.contents = contents;
  }

  /**
   * Maps a file and reads its list of tensors. A file of another file system than the default one,
   * such as a zip archive, is copied to native memory instead.
   *
   * @throws CheckpointException if it cannot be read or is malformed
   */
  public static Checkpoint open(Path path) {
    return open(path, WeightChoice.FIRST);
  }

  /**
   * Maps a file and reads its list of tensors.
   *
   * @param choice which of several sets of weights is wanted
   * @throws CheckpointException if it cannot be read, is malformed or has no such weights
   */
  public static Checkpoint open(Path path, WeightChoice choice) {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(choice, "choice");
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          path,
          null,
          "a readable file",
          Files.exists(path) ? "something that is no regular file" : "nothing at this path");
    }
    if (path.getFileSystem() != FileSystems.getDefault()) { // no other one maps its files
      return copied(path, choice);
    }
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      FileBytes file =
          new FileBytes(path, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
      Checkpoint checkpoint =
          new Checkpoint(path, arena, CheckpointContents.read(file, arena, choice));
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

  private static Checkpoint copied(Path path, WeightChoice choice) {
    try (InputStream stream = Files.newInputStream(path)) {
      return read(path, choice, arena -> copyAll(stream, arena));
    } catch (IOException e) {
      throw CheckpointException.reading(path, e);
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
    Objects.requireNonNull(stream, "stream");
    return read(name, WeightChoice.FIRST, arena -> copy(name, stream, size, arena));
  }

  /**
   * Copies a weight file from a stream of unknown size to native memory.
   *
   * @param name name for messages
   * @param choice which of several sets of weights is wanted
   * @throws CheckpointException if it is malformed or has no such weights
   */
  public static Checkpoint read(Path name, InputStream stream, WeightChoice choice) {
    Objects.requireNonNull(stream, "stream");
    return read(name, choice, arena -> copyAll(stream, arena));
  }

  /**
   * Copies the content of a weight file to native memory.
   *
   * @param name name for messages
   * @throws CheckpointException if it is malformed or has no such weights
   */
  public static Checkpoint of(Path name, byte[] content, WeightChoice choice) {
    Objects.requireNonNull(content, "content");
    return read(
        name,
        choice,
        arena ->
            arena.allocate(content.length, Long.BYTES).copyFrom(MemorySegment.ofArray(content)));
  }

  /** Content that is copied into an arena. */
  private interface Content {
    MemorySegment in(Arena arena) throws IOException;
  }

  private static Checkpoint read(Path name, WeightChoice choice, Content content) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(choice, "choice");
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      FileBytes bytes = new FileBytes(name, content.in(arena).asReadOnly());
      Checkpoint checkpoint =
          new Checkpoint(name, arena, CheckpointContents.read(bytes, arena, choice));
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

  private static MemorySegment copyAll(InputStream stream, Arena arena) throws IOException {
    try (Arena parts = Arena.ofConfined()) {
      List<MemorySegment> filled = new ArrayList<>();
      long size = 0;
      byte[] buffer = new byte[COPY_PART];
      for (int n = stream.readNBytes(buffer, 0, COPY_PART);
          n > 0;
          n = stream.readNBytes(buffer, 0, COPY_PART)) {
        filled.add(parts.allocate(n).copyFrom(MemorySegment.ofArray(buffer).asSlice(0, n)));
        size += n;
      }
      MemorySegment memory = arena.allocate(size, Long.BYTES);
      long at = 0;
      for (MemorySegment part : filled) {
        memory.asSlice(at).copyFrom(part);
        at += part.byteSize();
      }
      return memory;
    }
  }

  private static MemorySegment copy(Path name, InputStream stream, long size, Arena arena)
      throws IOException {
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
    return memory;
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
   * The place of the tensors in the file: {@code safetensors}, or {@code pth} with the key that
   * holds them, such as {@code pth model} or {@code pth flat}; then what was taken off their names:
   * {@code " without module."}, or {@code " of vae."} if other names have no such start.
   */
  public String layout() {
    return contents.layout();
  }

  /**
   * Everything else in a {@code .pth} file, such as {@code epoch: a number}, in words for people;
   * not read.
   */
  public List<String> others() {
    return List.copyOf(contents.others());
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
