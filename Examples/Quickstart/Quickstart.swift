import DigitTask
import Foundation
import Graft

/// Transfer learning in a minute: a network that knows the digits 0 to 4 learns 5 to 9 from ten images of each.
@main
struct Quickstart {
  static let usage = """
    USAGE: quickstart [--pretrain [FILE]] [--help]

      (no option)        compares ways to adapt a pretrained network to new classes
      --pretrain [FILE]  makes the pretrained weights again and writes them to FILE
                         (by default Examples/DigitTask/Resources/pretrained.safetensors)
    """

  static func main() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch arguments.first {
      case nil:
        try compare()
      case "--pretrain" where arguments.count <= 2:
        let path =
          arguments.count == 2 ? arguments[1] : "Examples/DigitTask/Resources/pretrained.safetensors"
        try pretrain(to: URL(fileURLWithPath: path))
      case "--help", "-h":
        print(usage)
      default:
        fail("unknown arguments: \(arguments.joined(separator: " "))\n\(usage)")
      }
    } catch {
      fail("\(error)")
    }
  }

  private static func compare() throws {
    let digits = try Digits()
    let pretrained = try DigitNetwork.pretrained()
    let model = DigitNetwork(classes: 5, seed: 0)
    try model.load(pretrained)
    let known = evaluate(model, on: digits.oldTest, batchSize: 256).accuracy
    let task = try digits.newTask(seed: Comparison.seeds[0])
    print(
      """
      A network of \(model.parameterCount) parameters knows the handwritten digits 0 to 4 \
      (accuracy \(String(format: "%.3f", known)) on \(digits.oldTest.count) test images).
      It learns the digits 5 to 9 from \(task.training.count) labelled images in \
      \(Adaptation.epochs * task.training.count / Adaptation.batchSize) steps. Every strategy chooses its learning rate
      among \(Comparison.rates.count) by \(task.validation.count) validation images. Test: \(task.test.count) images, \
      \(Comparison.seeds.count) seeds.

      """)

    var progress = ProgressLine("adapting", total: Strategy.allCases.count * Comparison.runs)
    var comparisons: [Comparison] = []
    for strategy in Strategy.allCases {
      comparisons.append(
        try Comparison(strategy, digits: digits, pretrained: pretrained, progress: &progress))
    }
    progress.finish()

    print(Comparison.header)
    for comparison in comparisons { print(comparison.row(oldAccuracy: known)) }
    print(
      """

      trainable: parameters that learn in the end. seconds: one run of training. forgotten: by how much the accuracy on
      the digits 0 to 4 fell, measured with the old head on the adapted features.

      """)
    let transfer = comparisons.filter(\.strategy.transfers).map(\.testAccuracy).max() ?? 0
    let scratch = comparisons.filter { !$0.strategy.transfers }.map(\.testAccuracy).max() ?? 0
    print(String(format: "transfer %.3f scratch %.3f", transfer, scratch))
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("quickstart: \(message)\n".utf8))
    exit(1)
  }
}
