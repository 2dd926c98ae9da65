/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: graft-benchmarks [--filter PATTERN] [--json] [--threads N] [--quick] [--list]

      --filter PATTERN  only workloads whose name matches a regular expression; workloads that are not in the default
                        set (conv_…) run only when a filter names them
      --json            one JSON object a line for each workload, nothing else on standard output
      --threads N       how many threads to compute with (default: all that this process may use)
      --quick           three short runs or a few more: to see whether it works, not how fast it is
      --list            name the workloads, those that match if there is a filter
    """

  /// What is to be done.
  enum Task: Equatable {
    case help
    case list
    /// Run workloads, each in a process of its own.
    case run
    /// Run one workload in this process and print its result.
    case work(String)
    /// Measure the machine's limits in this process and print them.
    case measureLimits
  }

  var task = Task.run
  var filter: String?
  var printsJSON = false
  var threads: Int?
  var isQuick = false

  /// What is wrong with a command line.
  struct Mistake: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(of option: String) throws -> String {
      guard let value = rest.popFirst() else { throw Mistake(description: "\(option) needs a value") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--help", "-h": task = .help
      case "--list": task = .list
      case "--json": printsJSON = true
      case "--quick": isQuick = true
      case "--filter": filter = try value(of: option)
      case "--threads":
        let text = try value(of: option)
        guard let number = Int(text), number > 0 else {
          throw Mistake(description: "--threads needs a positive number, not \(text)")
        }
        threads = number
      case "--worker": task = .work(try value(of: option))
      case "--worker-limits": task = .measureLimits
      default: throw Mistake(description: "unknown option \(option)\n\(Options.usage)")
      }
    }
  }
}
