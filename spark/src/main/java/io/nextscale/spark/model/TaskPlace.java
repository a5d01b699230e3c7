package io.nextscale.spark.model;

import io.nextscale.torch.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Where a task runs: its executor, cores and GPU. */
public final class TaskPlace {
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d{1,4}|\\*)(?:,.*)?]");

  private TaskPlace() {}

  /** The executor in words, for messages. */
  static String name() {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? "this machine"
        : "executor %s (%s)"
            .formatted(env.executorId(), env.blockManager().blockManagerId().host());
  }

  /** Cores of the executor, which its tasks share. */
  static int cores() {
    SparkEnv env = SparkEnv.get();
    TaskContext task = TaskContext.get();
    int own = task == null ? 1 : task.cpus();
    return env == null ? own : cores(env.conf(), own, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Cores of an executor.
   *
   * @param own cores of this task
   * @param machine processors of the machine
   */
  static int cores(SparkConf conf, int own, int machine) {
    Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
    if (local.matches()) {
      String threads = local.group(1);
      return threads.equals("*") ? machine : Math.min(Integer.parseInt(threads), machine);
    }
    return Math.min(Math.max(conf.getInt("spark.executor.cores", own), own), machine);
  }

  /** The GPU that Spark assigned to this task. */
  static Device gpu() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpu = task == null ? null : task.resourcesJMap().get("gpu");
    if (gpu == null || gpu.addresses().length == 0) {
      throw new SparkModelException(
          "device gpu: Spark assigned no GPU to the task. Remedy: spark.executor.resource.gpu.amount=1,"
              + " spark.task.resource.gpu.amount=1 and, where the cluster needs one, a discovery script");
    }
    return gpu(gpu.addresses()[0]);
  }

  /** The device of a resource address. */
  static Device gpu(String address) {
    try {
      return new Device(Device.Type.CUDA, Integer.parseInt(address));
    } catch (NumberFormatException e) {
      throw new SparkModelException(
          "device gpu: the address \"%s\" is no number, as discovery scripts give it"
              .formatted(address),
          e);
    }
  }
}
