import { makeGallery } from './make.js';

for (const name of await makeGallery()) console.log(`reports/${name}`);
