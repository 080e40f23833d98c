/** What the experiment uses of the client, which lies in a package of its own. */
declare module 'amqplib' {
  export interface Delivery {
    readonly fields: { readonly redelivered: boolean };
  }
  export interface Channel {
    assertQueue(queue: string, options: object): Promise<unknown>;
    checkQueue(queue: string): Promise<{ readonly messageCount: number }>;
    deleteQueue(queue: string): Promise<unknown>;
    prefetch(count: number): Promise<unknown>;
    consume(queue: string, take: (delivery: Delivery | null) => void): Promise<unknown>;
    ack(delivery: Delivery): void;
    close(): Promise<void>;
    sendToQueue(queue: string, content: Buffer, options: object): boolean;
  }
  export interface ConfirmChannel extends Channel {
    waitForConfirms(): Promise<void>;
  }
  export interface Connection {
    readonly connection: { readonly serverProperties: { readonly version: string } };
    createChannel(): Promise<Channel>;
    createConfirmChannel(): Promise<ConfirmChannel>;
    close(): Promise<void>;
  }
  export function connect(url: string, socket: { noDelay: boolean }): Promise<Connection>;
}
