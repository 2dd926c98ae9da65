import ExampleSupport
import Foundation
import Graft

/// What the command line asks for.
struct Options {
  static let usage = """
    USAGE: finetune-images --weights FILE --evaluate --cifar10 FILE
           finetune-images --weights FILE --fashion-mnist FOLDER [--model NAME] [options]
           finetune-images --weights FILE --photographs FOLDER --model NAME [options]

      --weights FILE          the network's published weights, PyTorch's format or safetensors
      --model NAME            what they belong to. CIFAR-10's networks: resnet20 (default), resnet32, resnet44,
                              resnet56, resnet110. Of photographs: resnet18, resnet34, resnet50, resnet101, resnet152,
                              wide-resnet50, resnext50, vgg11, vgg13, vgg16, vgg19, each with -bn too, inception-v3,
                              squeezenet1.0, squeezenet1.1, mobilenet-v2, vit-b-16, vit-b-32, vit-l-16
      --width W               by what mobilenet-v2's channels are multiplied (default 1)
      --side N                height and width that images get for a network of photographs (default: what it was
                              published for, 224 or 299); less is faster
      --colours NAME          how the weights' images were normalised: imagenet, or symmetric for −1 to 1, as in
                              TensorFlow (default: as the model is mostly published)
      --evaluate              measure a CIFAR-10 network's accuracy on CIFAR-10 images
      --cifar10 FILE          the images: binary records of a label byte and 3,072 pixel bytes
      --fashion-mnist FOLDER  adapt it to Fashion-MNIST, and compare with the same network from scratch;
                              the folder holds *train*-images-idx3-ubyte[.gz], *train*-labels…, *test*- or *t10k*-…
      --photographs FOLDER    adapt it to photographs, train/CLASS/*.jpg, and judge it by val/CLASS/*.jpg; reading JPEG
                              and PNG takes a build with --traits ImageFiles
      --seeds N               runs on the photographs (default 5)
      --per-class N           labelled images a class to learn from (default 10)
      --epochs N              passes over them (default 20)
      --save FILE             where to write the adapted network
    """

  /// Which colours a network was trained with.
  enum Colours: String {
    case imagenet, symmetric

    var normalization: Normalization { self == .imagenet ? .imageNet : .symmetric }
  }

  var weights: URL?
  var model = "resnet20"
  var width: Double?
  var side: Int?
  var colours: Colours?
  var evaluates = false
  var cifar10: URL?
  var fashionMNIST: URL?
  var photographs: URL?
  var seeds = 5
  var perClass = 10
  var epochs: Int?
  var saved: URL?

  init(_ words: [String]) throws {
    var arguments = Arguments(words)
    while let option = arguments.next() {
      switch option {
      case "--weights": weights = try arguments.file(of: option)
      case "--model": model = try arguments.value(of: option)
      case "--width": width = try arguments.number(of: option, in: 0.01...10)
      case "--side": side = try arguments.number(of: option)
      case "--colours":
        let name = try arguments.value(of: option)
        guard let colours = Colours(rawValue: name) else {
          throw Mistake("--colours is imagenet or symmetric, not \(name)")
        }
        self.colours = colours
      case "--evaluate": evaluates = true
      case "--cifar10": cifar10 = try arguments.file(of: option)
      case "--fashion-mnist": fashionMNIST = try arguments.file(of: option)
      case "--photographs": photographs = try arguments.file(of: option)
      case "--seeds": seeds = try arguments.number(of: option)
      case "--per-class": perClass = try arguments.number(of: option)
      case "--epochs": epochs = try arguments.number(of: option)
      case "--save": saved = try arguments.file(of: option)
      default: throw Mistake("unknown option \(option)")
      }
    }
  }
}
