package io.nextscale.bench;

import com.sun.management.OperatingSystemMXBean;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Processor;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Describes machine, versions and settings, on which results depend beside the code. */
final class MachineInfo {
  private static final Pattern INSTRUCTIONS = Pattern.compile("avx.*|amx.*|fma|f16c|asimd|sve.*");
  private static final Pattern SETTINGS =
      Pattern.compile("(OMP|GOMP|KMP|MKL|OPENBLAS|DNNL|ONEDNN|ATEN|TORCH|MALLOC|GLIBC)_.*");
  private static final Pattern LIBRARIES =
      Pattern.compile(".*(MKL|DNN|OpenMP|LAPACK|capability).*", Pattern.CASE_INSENSITIVE);
  private static final Pattern BLAS = Pattern.compile("BLAS_INFO=[^,\\s]*");

  private MachineInfo() {}

  /** Describes processor, cores and memory. */
  static Map<String, Object> machine() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Map<String, Object> map = new LinkedHashMap<>();
    Processor processor = Processor.ofMachine();
    String name = processor.name();
    map.put("cpu", name.isEmpty() ? System.getProperty("os.arch") : name);
    map.put(
        "instructions",
        processor.instructions().stream().filter(INSTRUCTIONS.asMatchPredicate()).toList());
    map.put("cores", Runtime.getRuntime().availableProcessors());
    map.put("memory_bytes", system.getTotalMemorySize());
    map.put("load_average", Math.max(system.getSystemLoadAverage(), 0));
    map.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return map;
  }

  /** Names the libraries and the commit, which {@code bench/run} hands over. */
  static Map<String, Object> versions() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("commit", System.getProperty("nextscale.commit", "unknown"));
    map.put("java", Runtime.version().toString());
    map.put("libtorch", Torch.version());
    map.put("threads", CpuThreads.count());
    map.put("libtorch_build", libraries());
    map.put("environment", environment());
    return map;
  }

  /** Selects the lines of libtorch's build that name its kernel libraries. */
  private static List<String> libraries() {
    String build = Torch.buildConfiguration().orElse("");
    List<String> lines =
        build
            .lines()
            .filter(line -> !line.contains("Build settings"))
            .filter(LIBRARIES.asMatchPredicate())
            .map(line -> line.strip().replaceFirst("^- ", ""))
            .collect(Collectors.toList());
    Matcher blas = BLAS.matcher(build);
    if (blas.find()) {
      lines.add(blas.group());
    }
    return lines;
  }

  private static Map<String, String> environment() {
    Map<String, String> set = new TreeMap<>(System.getenv());
    set.keySet().removeIf(name -> !SETTINGS.matcher(name).matches());
    return set;
  }
}
