import ExampleSupport
import Foundation
import Graft

extension FinetuneImages {
  /// Learns a folder of photographs with several seeds, a head alone and gradually everything, and shows what the last network does.
  static func learnPhotographs(
    _ network: NamedModel, _ pretrained: Checkpoint, _ folder: URL, _ options: Options
  ) throws {
    guard let preprocessing = network.preprocessing else {
      throw Mistake("--photographs needs a --model of photographs, not one of CIFAR-10's")
    }
    let task = try PhotographTask(folder, for: preprocessing)
    print(
      "\(network.title): \(task.training.count) photographs of \(task.training.classNames.joined(separator: ", ")) "
        + "to learn from, \(task.validation.count) to judge by, \(options.seeds) seeds")
    let epochs = options.epochs ?? 20
    var progress = ProgressLine("learning", total: options.seeds * epochs)
    let clock = ContinuousClock()
    var (probes, tuned, seconds) = ([Double](), [Double](), [Double]())
    var last: (any TransferableModel)?
    for seed in 1...UInt64(options.seeds) {
      let run = PhotographRun(
        network: network, seed: seed, epochs: epochs, preprocessing: preprocessing)
      probes.append(task.evaluation(of: try run.probed(task, from: pretrained)).accuracy)
      let start = clock.now
      let model = try run.finetuned(task, from: pretrained) { progress.advance(note: $0) }
      seconds.append((clock.now - start) / .seconds(1))
      tuned.append(task.evaluation(of: model).accuracy)
      last = model
    }
    progress.finish()
    print("accuracy                     mean            each seed")
    print(PhotographReport.line("head on frozen features", probes))
    print(PhotographReport.line("gradual unfreezing", tuned))
    guard let last else { return }
    print("\nThe last network:\n\(PhotographReport.details(of: last, on: task))")
    print("a photograph: \(PhotographReport.latency(of: last, on: task))")
    print(String(format: "learning: %.0f s a seed", seconds.reduce(0, +) / Double(seconds.count)))
    if let file = options.saved { try last.save(to: file) }
  }
}
