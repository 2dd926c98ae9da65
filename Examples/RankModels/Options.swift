import ExampleSupport
import Foundation

/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: rank-models [--resnet20 FILE] [--squeezenet FILE] [--mobilenet FILE] DATA [options]

    Ranks pretrained networks for a data set before any training, beside the accuracy that a linear head on their
    frozen features reaches. Each network takes part a second time with fresh weights, as a control.

      --resnet20 FILE         a ResNet-20 of CIFAR-10, PyTorch's format or safetensors
      --squeezenet FILE       a SqueezeNet 1.1 of ImageNet
      --mobilenet FILE        a MobileNet v2 of width 0.35, of ImageNet, trained on colours from −1 to 1

    DATA is one of
      --idx FILE FILE FILE FILE  gray images of 28×28 in IDX files: training images, training labels, test images, test labels
      --photographs FOLDER    train/CLASS/*.jpg and val/CLASS/*.jpg; reading JPEG takes a build with --traits ImageFiles

      --side N                height and width of images for the networks of ImageNet, 32·k + 1 (default 97)
      --seeds N               heads trained for each network (default 3)
    """

  /// Where samples come from.
  enum Data {
    case idx(training: (images: URL, labels: URL), test: (images: URL, labels: URL))
    case photographs(URL)
  }

  var weights: [Network.Family: URL] = [:]
  var data: Data?
  var side = 97
  var seeds = 3

  init(_ words: [String]) throws {
    var arguments = Arguments(words)
    while let option = arguments.next() {
      switch option {
      case "--resnet20": weights[.resNet20] = try arguments.file(of: option)
      case "--squeezenet": weights[.squeezeNet] = try arguments.file(of: option)
      case "--mobilenet": weights[.mobileNet] = try arguments.file(of: option)
      case "--idx":
        let files = try (0..<4).map { _ in try arguments.file(of: option) }
        data = .idx(training: (files[0], files[1]), test: (files[2], files[3]))
      case "--photographs": data = .photographs(try arguments.file(of: option))
      case "--side":
        side = try arguments.number(of: option)
        guard side > 32, side % 32 == 1 else { throw Mistake("--side is 32·k + 1: 65, 97, 129 …") }
      case "--seeds": seeds = try arguments.number(of: option)
      default: throw Mistake("unknown option \(option)")
      }
    }
    if weights.isEmpty { throw Mistake("one of --resnet20, --squeezenet and --mobilenet is needed") }
  }
}
