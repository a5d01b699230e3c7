package io.nextscale.cli.command;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.OutputPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The folder of a training run, which can be stopped and resumed.
 *
 * @param command that trains in it
 */
record RunFolder(String command, Path path) {
  /** Writes a plan. */
  interface PlanWriter {
    /** Writes it into the folder. */
    void write(Path folder) throws IOException;
  }

  /**
   * Checks that the folder fits {@code --resume}.
   *
   * @param exists whether it holds a run
   * @throws CommandException if there is no run to resume, or one that a new run would overwrite,
   *     or the folder could not be written
   */
  void check(boolean resume, boolean exists) {
    if (resume && !exists) {
      throw new CommandException(path + ": there is no run to resume");
    }
    if (!resume && exists) {
      throw new CommandException(
          path + " holds a run already: --resume continues it, --out names another folder");
    }
    new OutputPath("--out", path).requireFolders();
  }

  /** Creates the folder with the plan of a new run. */
  void begin(PlanWriter plan) {
    try {
      Files.createDirectories(path);
      plan.write(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * Trains.
   *
   * @param work its argument says whether to stop; returns whether all of the work is done
   * @throws CommandException if it was stopped; the message says how to resume it
   */
  void train(Predicate<BooleanSupplier> work) {
    if (!new StoppableWork(work).run()) {
      throw new CommandException(
          "stopped; to continue: nextscale %s --resume --out %s".formatted(command, path));
    }
  }
}
