package io.nextscale.var.file;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Devices, pipes and the streams of this process: a file is written to them, none replaces them.
 */
public final class SpecialFile {
  /** Links in a row that are followed; more lead in a circle. */
  static final int MOST_LINKS = 40;

  private static final Pattern DESCRIPTOR = Pattern.compile("/(?:dev|proc/(\\d+|self))/fd/([12])");
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int FORMAT = 0170000; // of a mode, as in stat.h
  private static final int BLOCK_DEVICE = 0060000;

  private SpecialFile() {}

  /**
   * Whether a path names one, itself or by a link on its way; also where that leads to a plain
   * file, such as the one to which a shell sends {@code /dev/stdout}.
   */
  public static boolean isAt(Path path) {
    return Files.exists(path)
        && !Files.isDirectory(path)
        && (!Files.isRegularFile(path) || steps(path).stream().anyMatch(SpecialFile::isOfSystem));
  }

  /** Whether a path names the standard output of this process, such as {@code /dev/stdout}. */
  public static boolean isStandardOutput(Path path) {
    return descriptor(path) == OUT;
  }

  /**
   * Refuses a block device, such as a disk: a file written there would destroy what is on it.
   *
   * @throws FileSystemException saying so
   */
  public static void requireNoDisk(Path path) throws FileSystemException {
    if (isDisk(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a block device, whose content would be lost");
    }
  }

  private static boolean isDisk(Path path) {
    try {
      return Files.getAttribute(path, "unix:mode") instanceof Integer mode
          && (mode & FORMAT) == BLOCK_DEVICE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // another system, or a file that opening it will report
    }
  }

  /** Opens one, to write after what was written before. */
  static OutputStream open(Path path) throws IOException {
    requireNoDisk(path);
    int descriptor = descriptor(path);
    if (descriptor == OUT || descriptor == ERR) {
      // opened by its name, a plain file behind it would be written from its start
      return new FileOutputStream(descriptor == OUT ? FileDescriptor.out : FileDescriptor.err) {
        @Override
        public void close() {
          return; // the process goes on to use it
        }
      };
    }
    return Files.newOutputStream(
        path, Files.isRegularFile(path) ? StandardOpenOption.APPEND : StandardOpenOption.WRITE);
  }

  /** The number of the standard stream that a path names; 0 if it names none. */
  private static int descriptor(Path path) {
    Matcher name = DESCRIPTOR.matcher(steps(path).getLast().toString());
    if (!name.matches()) {
      return 0;
    }
    String process = name.group(1);
    boolean own =
        process == null
            || process.equals("self")
            || process.equals(Long.toString(ProcessHandle.current().pid()));
    return own ? Integer.parseInt(name.group(2)) : 0;
  }

  private static boolean isOfSystem(Path step) {
    return step.startsWith("/dev") && !step.startsWith("/dev/shm") || step.startsWith("/proc");
  }

  /** The path and the links that it leads through, up to a descriptor of a process. */
  private static List<Path> steps(Path path) {
    List<Path> steps = new ArrayList<>();
    Path at = inRealFolder(path.toAbsolutePath());
    steps.add(at);
    try {
      while (steps.size() < MOST_LINKS
          && Files.isSymbolicLink(at)
          && !DESCRIPTOR.matcher(at.toString()).matches()) {
        at = inRealFolder(at.resolveSibling(Files.readSymbolicLink(at)));
        steps.add(at);
      }
    } catch (IOException e) {
      return steps; // opening it will say what is wrong
    }
    return steps;
  }

  private static Path inRealFolder(Path path) {
    Path folder = path.getParent();
    Path name = path.getFileName();
    if (folder == null || name == null) {
      return path;
    }
    try {
      return folder.toRealPath().resolve(name);
    } catch (IOException e) {
      return path.normalize();
    }
  }
}
