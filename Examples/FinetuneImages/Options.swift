import ExampleSupport
import Foundation

/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: finetune-images --weights FILE --evaluate --cifar10 FILE
           finetune-images --weights FILE --fashion-mnist FOLDER [--per-class N] [--epochs N] [--save FILE]

      --weights FILE          a CIFAR-10 ResNet-20, PyTorch's format or safetensors
      --evaluate              measure its accuracy on CIFAR-10 images
      --cifar10 FILE          the images: binary records of a label byte and 3,072 pixel bytes
      --fashion-mnist FOLDER  adapt it to Fashion-MNIST, and compare with the same network from scratch;
                              the folder holds *train*-images-idx3-ubyte[.gz], *train*-labels…, *test*- or *t10k*-…
      --per-class N           labelled images a class to learn from (default 10)
      --epochs N              passes over them (default 20)
      --save FILE             where to write the adapted network
    """

  var weights: URL?
  var evaluates = false
  var cifar10: URL?
  var fashionMNIST: URL?
  var perClass = 10
  var epochs = 20
  var saved: URL?

  init(_ words: [String]) throws {
    var arguments = Arguments(words)
    while let option = arguments.next() {
      switch option {
      case "--weights": weights = try arguments.file(of: option)
      case "--evaluate": evaluates = true
      case "--cifar10": cifar10 = try arguments.file(of: option)
      case "--fashion-mnist": fashionMNIST = try arguments.file(of: option)
      case "--per-class": perClass = try arguments.number(of: option)
      case "--epochs": epochs = try arguments.number(of: option)
      case "--save": saved = try arguments.file(of: option)
      default: throw Mistake("unknown option \(option)")
      }
    }
  }
}
