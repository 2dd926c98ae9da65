import ExampleSupport
import Foundation
import Graft

/// A published network of images: adapted to Fashion-MNIST with few labels or, if CIFAR-10's, measured as it is.
@main
struct FinetuneImages {
  static func main() {
    runExample("finetune-images", usage: Options.usage) { try run(Options($0)) }
  }

  private static func run(_ options: Options) throws {
    let network = try NamedModel(options)
    guard let weights = options.weights else { throw Mistake("--weights is missing") }
    let pretrained = try Checkpoint(contentsOf: weights)
    if options.evaluates {
      guard let images = options.cifar10 else { throw Mistake("--cifar10 is missing") }
      guard network.side == nil else { throw Mistake("--evaluate is for CIFAR-10's networks: resnet20 …") }
      try evaluateAsPublished(network, pretrained, on: images)
    } else if let folder = options.photographs {
      try learnPhotographs(network, pretrained, folder, options)
    } else {
      guard let folder = options.fashionMNIST else {
        throw Mistake("one of --evaluate, --fashion-mnist and --photographs is needed")
      }
      // A file that does not fit is to be known before anything is trained.
      _ = try network.model(classes: FashionMNIST.classNames.count, from: pretrained) { report in
        if !report.isExact { print(report) }
      }
      try adapt(network, pretrained, to: FashionMNIST(folder: folder, for: network), options)
    }
  }

  private static func evaluateAsPublished(
    _ network: NamedModel, _ pretrained: Checkpoint, on images: URL
  ) throws {
    let model = try network.model(classes: 10, from: pretrained, allowing: .none) { print($0) }
    let test = try LabeledDataset(cifar10: [images]).normalized(by: network.normalization)
    let result = evaluate(model, on: test, batchSize: 50)
    print(result)
    print(result.report)
  }

  private static func adapt(
    _ network: NamedModel, _ pretrained: Checkpoint, to data: FashionMNIST, _ options: Options
  ) throws {
    let epochs = options.epochs ?? 20
    let rates: [Float] = [0.001, 0.003, 0.01]
    let seeds: [UInt64] = [1, 2, 3]
    var progress = ProgressLine(
      "adapting", total: Run.Strategy.allCases.count * rates.count * seeds.count * epochs)
    print(
      """
      \(network.title), \(options.perClass) labelled images a class, \(epochs) epochs, \(seeds.count) seeds. \
      The learning rate is chosen among \(rates) by 20 more images a class.
      """)
    for strategy in Run.Strategy.allCases {
      var best: (rate: Float, validation: Double, tests: [Evaluation], model: any TransferableModel)?
      for rate in rates {
        var validation = 0.0
        var tests: [Evaluation] = []
        var last: (any TransferableModel)?
        for seed in seeds {
          let (training, rest) = try data.training.fewShotSplit(perClass: options.perClass, seed: seed)
          let (chosenBy, _) = try rest.fewShotSplit(perClass: 20, seed: seed)
          let run = Run(
            network: network, strategy: strategy, learningRate: rate, seed: seed, epochs: epochs)
          let model = try run.train(on: training, from: pretrained) {
            progress.advance(note: strategy.rawValue)
          }
          validation += evaluate(model, on: chosenBy, batchSize: 50).accuracy / Double(seeds.count)
          tests.append(evaluate(model, on: data.test, batchSize: 50))
          last = model
        }
        if let last, validation > best?.validation ?? -1 { best = (rate, validation, tests, last) }
      }
      guard let best else { continue }
      report(strategy, rate: best.rate, best.tests)
      if strategy == .gradual {
        print("\nThe last seed's confusion matrix:\n\(best.tests[best.tests.count - 1].confusion)")
        if let file = options.saved { try best.model.save(to: file) }
      }
    }
    progress.finish()
  }

  /// `gradual unfreezing: test accuracy 0.780 ± 0.010 (rate 0.003)`
  private static func report(_ strategy: Run.Strategy, rate: Float, _ tests: [Evaluation]) {
    let spread = Spread(tests.map(\.accuracy))
    print(
      String(
        format: "\(strategy.rawValue): test accuracy %.3f ± %.3f (rate %.3f)", spread.mean, spread.deviation,
        rate))
  }
}
